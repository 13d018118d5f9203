import { type Access, type AccessFilter, type Actor, InvalidPlaceError, type Store } from '../../src/index.js';
import { anAccess, instant, meterOwnerId } from '../builders.js';
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';

/** What the log of accesses and its queries promise. The store may hold other accesses. */
export function accessLogContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    {
      name: 'accesses are listed newest first, then the one that was stored last, page by page',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const actor = anyone();
        const times = ['2022-03-04T08:00:01Z', '2022-03-04T08:00:00.000001Z', '2022-03-04T08:00:01Z'];
        const made = times.map((at, index) => access({ at: instant(at), actor, status: 200 + index }));
        for (const each of made) await accessLog.append(each);
        const expected = [made[2], made[0], made[1]];
        const whole = await queries.accesses.list({ actor }, { limit: 3 });
        expectEqual(
          whole.results.map(({ record }) => record),
          expected,
          'whole list',
        );
        expectEqual(whole.more, false, 'more after the whole');
        const first = await queries.accesses.list({ actor }, { limit: 1 });
        expectEqual(first.more, true, 'more after the first');
        const rest = await queries.accesses.list({ actor }, { limit: 5, after: first.results[0]?.place });
        expectEqual(
          rest.results.map(({ record }) => record),
          expected.slice(1),
          'rest',
        );
      },
    },
    {
      name: 'a walk while accesses are added finds those that were there exactly once',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const actor = anyone();
        for (const status of [201, 202, 203, 204, 205]) await accessLog.append(access({ actor, status }));
        const found: number[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await queries.accesses.list({ actor }, { limit: 2, after });
          found.push(...page.results.map(({ record }) => record.status));
          after = page.results.at(-1)?.place;
          more = page.more;
          // At the same instant as all of them.
          for (let number = 0; number < 3; number++) await accessLog.append(access({ actor, status: 299 }));
        }
        expectEqual(found, [205, 204, 203, 202, 201], 'walked');
      },
    },
    {
      name: 'accesses come back as they were, of any texts and lengths',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const actor = anyone(`é"\\{}, ${'x'.repeat(3_000)}`);
        const long = `p${'\u{1f600}'.repeat(2_000)}`;
        const made = [
          access({ actor, personId: undefined, query: undefined, status: 404 }),
          access({
            actor,
            personId: long,
            query: 'patient_id=a&patient_id=b%20c&x',
            requestId: `"'${'y'.repeat(100)}`,
          }),
        ];
        for (const each of made) await accessLog.append(each);
        const { results } = await queries.accesses.list({ actor }, { limit: 5 });
        expectEqual(
          results.map(({ record }) => record),
          [made[1], made[0]],
          'list',
        );
      },
    },
    {
      name: 'a request id of our own comes back, and is no one’s id',
      check: async () => {
        const { accessLog, queries, personEraser } = await newStore();
        const made = access({ actor: anyone(), personId: undefined });
        const requestId = meterOwnerId(anyone());
        await accessLog.append({ ...made, requestId, isRequestIdOurs: true });
        const { results } = await queries.accesses.list({ actor: made.actor }, { limit: 2 });
        expectEqual(
          results.map(({ record }) => record),
          [{ ...made, requestId }],
          'list',
        );
        const counts = await Promise.all([requestId, made.actor].map((id) => personEraser.count(meterOwnerId(id))));
        expectEqual(
          counts.map(({ accesses }) => accesses),
          [0, 1],
          'accesses that name it, and the actor',
        );
      },
    },
    {
      name: 'each condition of a filter holds: person, actor, from (inclusive), before (exclusive)',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const [one, other, person] = [anyone(), anyone(), anyone()];
        const at = (second: number) => instant(`2022-03-04T08:00:0${second}Z`);
        await accessLog.append(access({ actor: one, personId: person, at: at(1), status: 201 }));
        await accessLog.append(access({ actor: other, personId: person, at: at(2), status: 202 }));
        await accessLog.append(access({ actor: one, personId: undefined, at: at(3), status: 203 }));
        const statuses = async (filter: AccessFilter) =>
          (await queries.accesses.list(filter, { limit: 9 })).results.map(({ record }) => record.status);
        expectEqual(await statuses({ personId: person }), [202, 201], 'person');
        expectEqual(await statuses({ actor: one }), [203, 201], 'actor');
        expectEqual(await statuses({ actor: one, personId: person }), [201], 'both');
        expectEqual(await statuses({ personId: person, from: at(2) }), [202], 'from');
        expectEqual(await statuses({ personId: person, before: at(2) }), [201], 'before');
        expectEqual(await statuses({ personId: one }), [], 'an actor is no person');
      },
    },
    {
      name: 'who looked at a person among others is found, however the query spells the id',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const [actor, person, other] = [anyone(), anyone(), anyone()];
        const long = `${anyone()} ${'é'.repeat(100)}`;
        const spelt = encodeURIComponent(person).replace('-', '%2D');
        const query = `patient_id=${other}&patient_id=${spelt}&patient_id=${encodeURIComponent(long)}`;
        await accessLog.append(access({ actor, personId: undefined, query, status: 201 }));
        await accessLog.append(access({ actor: person, personId: undefined, query, status: 202 }));
        await accessLog.append(access({ actor, personId: undefined, query: `app_version=${person}`, status: 203 }));
        await accessLog.append(access({ actor, personId: undefined, query: `patient_id=${person}2`, status: 204 }));
        for (const personId of [person, long, other]) {
          const { results } = await queries.accesses.list({ personId }, { limit: 9 });
          const statuses = results.map(({ record }) => record.status);
          expectEqual(statuses, personId === person ? [201] : [202, 201], personId);
        }
        expectEqual(
          (await queries.accesses.list({ personId: long.slice(0, 64) }, { limit: 9 })).results,
          [],
          'a prefix',
        );
      },
    },
    {
      name: 'an id in the place of a name is found too, and after a name that means nothing',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const [actor, short] = [anyone(), anyone()];
        for (const person of [short, `${short} ${'é'.repeat(100)}`]) {
          const spelt = encodeURIComponent(person);
          const named = [spelt, `${spelt}=1`, `page_size=2&${spelt}&x`, `patent=${spelt}`];
          for (const query of [...named, `app_version=${spelt}`])
            await accessLog.append(access({ actor, personId: undefined, query }));
          const { results } = await queries.accesses.list({ personId: person }, { limit: 9 });
          expectEqual(results.map(({ record }) => record.query).toSorted(), named.toSorted(), person);
        }
      },
    },
    {
      name: 'a place of no such list is refused',
      check: async () => {
        const { queries } = await newStore();
        const texts = [
          ...['2022', '2022-01-01 00:00+99', '2022-01-01 00:00 Moon/Tycho'].map((at) => JSON.stringify([at, '1'])),
          ...['x', '', '1.5', '9'.repeat(20)].map((number) => JSON.stringify(['2022-01-01 00:00:00', number])),
        ];
        for (const after of ['', 'x', '["2022","x"]', '["no date","1"]', '[1,2]', ...texts]) {
          await expectRejection(queries.accesses.list({}, { limit: 1, after }), InvalidPlaceError, after);
        }
      },
    },
    {
      name: 'the oldest ones are removed, up to a number at once',
      check: async () => {
        const { accessLog, queries } = await newStore();
        const actor = anyone();
        const seconds = [3, 1, 2];
        for (const second of seconds) {
          await accessLog.append(access({ actor, at: instant(`0900-01-01T00:00:0${second}Z`), status: 200 + second }));
        }
        const left = async () =>
          (await queries.accesses.list({ actor }, { limit: 9 })).results.map(({ record }) => record.status);
        expectEqual(await accessLog.removeOlderThan(420_000, 1), 0, 'removed of before 900');
        // Far longer than the age of all others.
        expectEqual(await accessLog.removeOlderThan(300_000, 2), 2, 'removed first');
        expectEqual(await left(), [203], 'left first');
        expectEqual(await accessLog.removeOlderThan(300_000, 9), 1, 'removed then');
        expectEqual(await left(), [], 'left then');
      },
    },
  ];
}

function anyone(more = ''): Actor {
  return `actor ${Math.random()}${more}` as Actor;
}

function access(some: Partial<Access>): Access {
  return anAccess({ operation: 'GET /a/{patient_id}', personId: 'patient-1', query: 'page_size=2', ...some });
}
