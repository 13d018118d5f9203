import { UnavailableError } from '@polaris-telemetry/domain';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEADLINES } from '../deadlines.js';
import { type Batching, batch } from './batch.js';
import { MOST_OF_A_NAME } from './exclusive-names.js';
import { WaitingRoom } from './waiting-call.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Statements that stay in flight until the test answers them. */
function statements() {
  const all: { inputs: readonly string[]; answer(): void; fail(error: Error): void }[] = [];
  const run = (inputs: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      all.push({ inputs, answer: () => resolve(inputs.map((input) => `${input}!`)), fail: reject });
    });
  return { all, run, inputs: () => all.map((statement) => statement.inputs) };
}

const asking = (batching: Batching<string, string>, limit = 1000) => batch(new WaitingRoom(limit), batching);

afterEach(() => void vi.useRealTimers());

describe('gathered calls', () => {
  it('that arrive in one turn share a statement; each gets its own output', async () => {
    const { all, run, inputs } = statements();
    const ask = asking({ run });
    const answers = Promise.all(['a', 'b', 'a'].map((input) => ask(input)));
    await turn();
    expect(inputs()).toEqual([['a', 'b', 'a']]);
    all[0]?.answer();
    expect(await answers).toEqual(['a!', 'b!', 'a!']);
  });

  it('are sent at once while few rows are under way; then they wait, and share the next statement', async () => {
    const { all, run, inputs } = statements();
    const ask = asking({ run });
    const answers: Promise<string>[] = [];
    for (const input of ['a', 'b', 'c', 'd', 'e', 'f']) {
      answers.push(ask(input));
      await turn();
    }
    expect(inputs()).toEqual([['a'], ['b'], ['c'], ['d']]);
    all[0]?.answer();
    await turn();
    await turn();
    expect(inputs().slice(4)).toEqual([['e', 'f']]);
    for (const statement of all) statement.answer();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!', 'f!']);
  });

  it('wait for no more than four while four are under way', async () => {
    const { all, run, inputs } = statements();
    const ask = asking({ run });
    const answers = ['a', 'b', 'c', 'd'].map((input) => ask(input));
    await turn();
    answers.push(...['e', 'f', 'g'].map((input) => ask(input)));
    await turn();
    expect(inputs()).toEqual([['a', 'b', 'c', 'd']]);
    answers.push(ask('h'));
    await turn();
    answers.push(...['i', 'j', 'k', 'l', 'm'].map((input) => ask(input)));
    await turn();
    expect(inputs().slice(1)).toEqual([['e', 'f', 'g', 'h']]);
    all[0]?.answer();
    await turn();
    await turn();
    expect(inputs().slice(2)).toEqual([['i', 'j', 'k', 'l', 'm']]);
    for (const statement of all) statement.answer();
    await Promise.all(answers);
  });

  it('do not wait where they fill a statement by themselves, but eight statements are the most', async () => {
    const { all, run, inputs } = statements();
    const ask = asking({ run });
    const answers = Array.from({ length: 9 * 64 + 1 }, (_, n) => ask(`${n}`));
    await turn();
    expect(inputs().map(({ length }) => length)).toEqual(Array(8).fill(64));
    for (let answered = 0; answered < all.length; answered++) {
      all[answered]?.answer();
      await turn();
      await turn();
    }
    await Promise.all(answers);
    expect(inputs().map(({ length }) => length)).toEqual([...Array(9).fill(64), 1]);
  });

  it('do not wait for a statement that takes long', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { all, run, inputs } = statements();
    const ask = asking({ run });
    const first = Promise.all(['a', 'b', 'c', 'd'].map((input) => ask(input)));
    await turn();
    const second = ask('e');
    await turn();
    expect(inputs()).toEqual([['a', 'b', 'c', 'd']]);
    vi.advanceTimersByTime(300);
    const third = ask('f');
    await turn();
    expect(inputs().slice(1)).toEqual([['e', 'f']]);
    for (const statement of all) statement.answer();
    expect(await Promise.all([first, second, third])).toEqual([['a!', 'b!', 'c!', 'd!'], 'e!', 'f!']);
  });

  it('are at most 64 in a statement, and fewer when they are large', async () => {
    const { all, run } = statements();
    const ask = asking({ run, size: ({ length }) => length });
    const sent = async (inputs: readonly string[]) => {
      all.length = 0;
      const answers = inputs.map((input) => ask(input));
      await turn();
      for (let answered = 0; answered < all.length; answered++) {
        all[answered]?.answer();
        await turn();
        await turn();
      }
      await Promise.all(answers);
      return all.map((statement) => statement.inputs);
    };
    const small = await sent(Array.from({ length: 70 }, (_, n) => `${n}`));
    expect(small.map(({ length }) => length)).toEqual([64, 6]);
    const large = await sent(['x'.repeat(600_000), 'y'.repeat(600_000), 'z']);
    expect(large.map((inputs) => inputs.map((input) => input[0]))).toEqual([['x', 'y'], ['z']]);
  });

  it('of one exclusive name wait up to a number; more are refused, those of other names are not', async () => {
    const { all, run } = statements();
    const ask = asking({ run, exclusive: (input) => input[0] ?? '' });
    const answers = Array.from({ length: MOST_OF_A_NAME }, (_, n) => ask(`a${n}`));
    await expect(ask('a too many')).rejects.toThrow(UnavailableError);
    answers.push(ask('b'));
    for (let answered = 0; answered < MOST_OF_A_NAME; answered++) {
      await turn();
      all[answered]?.answer();
      await turn();
    }
    expect(await Promise.all(answers)).toHaveLength(MOST_OF_A_NAME + 1);
    const again = ask('a');
    await turn();
    all.at(-1)?.answer();
    expect(await again).toBe('a!');
  });

  it('that gave up waiting make room for others of their name', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { all, run } = statements();
    const ask = asking({ run, exclusive: (input) => input });
    const answers = Array.from({ length: MOST_OF_A_NAME }, () => ask('a').catch(() => 'gave up'));
    await turn();
    vi.advanceTimersByTime(DEADLINES.record.call + 1);
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['gave up']));
    all[0]?.answer();
    await turn();
    await turn();
    const again = Array.from({ length: MOST_OF_A_NAME }, () => ask('a'));
    again[0]?.then(() => {});
    await turn();
    all[1]?.answer();
    expect(await again[0]).toBe('a!');
    for (const one of again) one.catch(() => {});
  });

  it('of the same name run one after the other, in order, and hold up no others', async () => {
    const { all, run, inputs } = statements();
    const ask = asking({ run, exclusive: (input) => input[0] ?? '' });
    const answers = ['a1', 'a2', 'b1', 'a3'].map((input) => ask(input));
    await turn();
    expect(inputs()).toEqual([['a1', 'b1']]);
    all[0]?.answer();
    await turn();
    await turn();
    expect(inputs().slice(1)).toEqual([['a2']]);
    all[1]?.answer();
    await turn();
    await turn();
    expect(inputs().slice(2)).toEqual([['a3']]);
    all[2]?.answer();
    expect(await Promise.all(answers)).toEqual(['a1!', 'a2!', 'b1!', 'a3!']);
  });

  it('that failed together are tried alone where one may be at fault, so that only that one fails', async () => {
    const run = async (inputs: readonly string[]) => {
      if (inputs.includes('bad')) throw new Error('bad row');
      return inputs;
    };
    const ask = asking({ run, mayBeOneInputsFault: () => true });
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((input) => ask(input)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: 'bad row' } });
  });

  it('that failed through no row’s fault all fail with it, and are not tried again', async () => {
    const run = vi.fn(async () => Promise.reject(new Error('for all')));
    const ask = asking({ run, mayBeOneInputsFault: () => false });
    const results = await Promise.allSettled(['a', 'b'].map((input) => ask(input)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('one that is tried alone holds up only its own name', async () => {
    let free = () => {};
    const blocked = new Promise<void>((resolve) => {
      free = resolve;
    });
    const run = async (inputs: readonly string[]) => {
      if (inputs.includes('slow')) throw new Error('held');
      return inputs;
    };
    const runAlone = async (input: string) => {
      if (input === 'slow') await blocked;
      return input;
    };
    const ask = asking({ run, runAlone, mayBeOneInputsFault: () => true, exclusive: (input) => input });
    const slow = [ask('slow'), ask('slow')];
    expect(await ask('a')).toBe('a');
    expect(await Promise.all(Array.from({ length: 10 }, (_, n) => ask(`${n}`)))).toHaveLength(10);
    free();
    expect(await Promise.all(slow)).toEqual(['slow', 'slow']);
  });

  it('wait no longer than their limit, whether under way or not, and are not run afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { all, run, inputs } = statements();
    const room = new WaitingRoom(10);
    const ask = batch(room, { run, trouble: () => 'the reason' });
    const answers: Promise<unknown>[] = [];
    for (const input of ['a', 'b', 'c', 'd', 'e']) {
      answers.push(ask(input).catch((error: unknown) => error));
      await turn();
    }
    vi.advanceTimersByTime(DEADLINES.record.call + 1);
    for (const error of await Promise.all(answers)) {
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ cause: { cause: 'the reason' } });
    }
    expect(room.waiting).toBe(0);
    for (const statement of all) statement.answer();
    await turn();
    await turn();
    expect(inputs()).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('beyond what the waiting room holds fail at once, and there is room again after an answer', async () => {
    const { all, run } = statements();
    const ask = asking({ run }, 2);
    const answers = [ask('a'), ask('b')];
    await expect(ask('c')).rejects.toThrow(UnavailableError);
    await turn();
    all[0]?.answer();
    await Promise.all(answers);
    const more = ask('d');
    await turn();
    all[1]?.answer();
    expect(await more).toBe('d!');
  });

  it('are answered as soon as the output is there, if their statement says so; a later error is only that of the others', async () => {
    let answer: (place: number, output: string) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const ask = asking({
      run: (_, __, early) => {
        answer = early;
        return new Promise((___, reject) => {
          fail = reject;
        });
      },
    });
    const [first, second] = [ask('a'), ask('b')];
    await turn();
    answer(0, 'early');
    expect(await first).toBe('early');
    const failing = expect(second).rejects.toThrow('too late');
    fail(new Error('too late'));
    await failing;
  });

  it('of which there may be few share statements of few', async () => {
    const { run, inputs } = statements();
    const ask = asking({ run, most: 2 });
    for (const input of ['a', 'b', 'c', 'd']) void ask(input);
    await turn();
    expect(inputs()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('of several owners share no statement while these are on different nodes', async () => {
    const { all, run, inputs } = statements();
    let isDistributed = false;
    const ask = asking({ run, apart: () => (isDistributed ? (input) => input[0] ?? '' : undefined) });
    const send = async (sent: readonly string[]) => {
      const answers = sent.map((input) => ask(input));
      await turn();
      return answers;
    };
    const together = await send(['a1', 'b1']);
    isDistributed = true;
    const apart = await send(['a2', 'b2', 'a3']);
    expect(inputs()).toEqual([
      ['a1', 'b1'],
      ['a2', 'a3'],
    ]);
    all[0]?.answer();
    await turn();
    await turn();
    expect(inputs().slice(2)).toEqual([['b2']]);
    for (const each of all) each.answer();
    expect(await Promise.all([...together, ...apart])).toEqual(['a1!', 'b1!', 'a2!', 'b2!', 'a3!']);
  });
});
