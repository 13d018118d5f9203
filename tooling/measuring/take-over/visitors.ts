import { setTimeout as sleep } from 'node:timers/promises';
import { collectionPath, KINDS, type Kind, latestPath, OPERATION_TITLES, type Operation } from '../kit/kinds.ts';
import { ownerId, recordId } from '../kit/population.ts';
import { type Issuer, signToken } from '../kit/tokens.ts';
import { ownersOf, RECORDS_PER_OWNER } from './original.ts';
import type { Waits } from './waits.ts';

const PAUSE_MS = 100;
const VISITOR = 'visitor';

/** Clients of the service: one for each operation, which waits for its answer, looks at it, and asks again. */
export interface Visitors {
  /** Answers that were neither right nor a 503. */
  readonly wrong: readonly string[];
  /** Records that were added for certain, and those of which a 503 left it open. */
  readonly added: number;
  readonly perhapsAdded: number;
  /** From now on they ask there; undefined: there is no service to ask. */
  address: string | undefined;
  stop(): Promise<void>;
}

export function startVisitors(issuer: Issuer, rows: number, waits: Waits): Visitors {
  const wrong: string[] = [];
  const made = new Map<Kind, string>();
  const state = { added: 0, perhapsAdded: 0, address: undefined as string | undefined, stopping: false };

  async function visit(operation: Operation, kind: Kind): Promise<void> {
    const { address } = state;
    const mine = made.get(kind);
    if (address === undefined || (operation === 'patch' && mine === undefined)) return;
    const number = Math.floor(Math.random() * ownersOf(kind, rows));
    const isRead = operation === 'get' || operation === 'latest';
    const owner = isRead ? ownerId(number) : VISITOR;
    const id = recordId(number, RECORDS_PER_OWNER - 1);
    const collection = collectionPath(kind, owner);
    const version = `${Math.random()}`;
    const [method, path, body] = {
      post: ['POST', collection, { [kind.date.field]: new Date().toISOString(), ...kind.fields }] as const,
      patch: ['PATCH', `${collection}/${mine}`, { app_version: version }] as const,
      get: ['GET', `${collection}/${id}`, undefined] as const,
      latest: ['GET', latestPath(kind, owner), undefined] as const,
    }[operation];
    const title = OPERATION_TITLES[operation];
    const asked = performance.now();
    const answer = await send(`${address}${path}`, method, signToken(issuer, kind, owner), body);
    // A service that was killed on purpose answers nothing.
    if (answer === undefined) {
      if (operation === 'post') state.perhapsAdded += 1;
      if (state.address === address) wrong.push(`${title} ${kind.name}: no answer`);
      return;
    }
    if (answer.status === 503) {
      if (operation === 'post') state.perhapsAdded += 1;
      return waits.refuse(title);
    }
    waits.note(title, performance.now() - asked);
    const { uuid } = answer.json;
    const isRight = isRead ? uuid === id : operation === 'post' || answer.json['app_version'] === version;
    if (answer.status >= 300 || !isRight) wrong.push(`${title} ${kind.name}: ${answer.status} ${answer.text}`);
    if (operation === 'post' && typeof uuid === 'string') {
      state.added += 1;
      made.set(kind, uuid);
    }
  }

  const clients = (['post', 'get', 'patch', 'latest'] as const).map(async (operation) => {
    const kinds = Object.values(KINDS).filter((kind) => operation !== 'latest' || kind.hasLatest);
    for (let turn = 0; !state.stopping; turn += 1) {
      await visit(operation, kinds[turn % kinds.length] as Kind);
      await sleep(PAUSE_MS);
    }
  });

  return {
    wrong,
    get added() {
      return state.added;
    },
    get perhapsAdded() {
      return state.perhapsAdded;
    },
    get address() {
      return state.address;
    },
    set address(address) {
      state.address = address;
    },
    async stop() {
      state.stopping = true;
      await Promise.all(clients);
    },
  };
}

async function send(url: string, method: string, token: string, body: object | undefined) {
  try {
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) as Record<string, unknown> };
  } catch {
    return undefined;
  }
}
