import { isFault, type PersonUseCases, parseRecordId } from '@polaris-telemetry/domain';
import { z } from 'zod';
import { policies } from '../auth/policies.js';
import { Forbidden } from '../auth/policy.js';
import { json } from '../http/answer.js';
import { readJson } from '../http/body.js';
import { retryOf } from '../http/idempotency-key.js';
import { pageAnswer } from '../http/page.js';
import { readPageQuery } from '../http/page-token.js';
import { invalid, Problem } from '../http/problem.js';
import { readQuery } from '../http/query.js';
import { validate } from '../http/validate.js';
import { erasingDoc, listingErasuresDoc, readingErasureDoc } from '../openapi/erasure-docs.js';
import { accessOf } from '../pipeline/keep-access.js';
import { Operation } from '../pipeline/operation.js';
import { erasureBody, showCounts, showErasure } from '../wire/erasure.js';
import { pageParameters } from '../wire/page.js';

const PATH = '/dhos/v1/telemetry/erasures';
const NO_PARAMETERS = z.strictObject({});
const ONESELF = new Forbidden(
  'Nobody may erase an id that their own token names: it is in the record of their accesses.',
);
const REPLAYED = { 'Idempotency-Replayed': 'true' } as const;

/** POST erases a person, and GET reads the receipts. */
export function erasureOperations(
  people: Pick<PersonUseCases, 'erase' | 'countBeforeErasure' | 'getErasure' | 'listErasures'>,
  bodyLimit: number,
): Operation[] {
  return [erasing(people, bodyLimit), listing(people), reading(people)];
}

function erasing(
  { erase, countBeforeErasure }: Pick<PersonUseCases, 'erase' | 'countBeforeErasure'>,
  bodyLimit: number,
): Operation {
  return Operation.of({
    method: 'post',
    path: PATH,
    policy: policies.erase,
    workload: 'erasure',
    doc: () => erasingDoc(erasureBody),
    prepare: async (exchange, { actor, isNamed }) => {
      const sent = await readJson(exchange, bodyLimit);
      if (sent instanceof Problem) return sent;
      // Before anything is refused: the access log names the person.
      exchange.personInBody = namedIn(sent.value);
      const query = readQuery(exchange, NO_PARAMETERS);
      if (query instanceof Problem) return query;
      const body = validate(erasureBody, sent.value);
      if (body instanceof Problem) return body;
      const { person_id: personId, dry_run: isDryRun } = body;
      if (isNamed(personId)) return ONESELF;
      if (isDryRun) return async () => json(200, { counts: showCounts(await countBeforeErasure(personId)) });
      const retry = retryOf(exchange, sent);
      if (retry instanceof Problem) return retry;
      return async () => {
        const { record, replayed } = await erase({
          personId,
          by: actor,
          retry,
          access: accessOf(exchange, actor, 201),
        });
        const answer = json(201, showErasure(record), replayed ? REPLAYED : undefined);
        // The access of a first erasure was recorded with its receipt.
        return replayed ? answer : { ...answer, isAccessRecorded: true };
      };
    },
  });
}

/** The person whom a body names, whatever else is wrong with it. */
function namedIn(body: unknown): string | undefined {
  const named = z.object({ person_id: z.string() }).safeParse(body);
  return named.data?.person_id;
}

const parameters = z.strictObject(pageParameters);

function listing({ listErasures }: Pick<PersonUseCases, 'listErasures'>): Operation {
  return Operation.of({
    method: 'get',
    path: PATH,
    policy: policies.erase,
    workload: 'reads',
    doc: () => listingErasuresDoc(parameters),
    prepare: (exchange) => {
      const read = readPageQuery(exchange, parameters);
      if (read instanceof Problem) return read;
      const { query, after } = read;
      return async () => {
        const page = await listErasures({ limit: query.page_size, after });
        return pageAnswer(exchange, page, showErasure);
      };
    },
  });
}

function reading({ getErasure }: Pick<PersonUseCases, 'getErasure'>): Operation {
  return Operation.of({
    method: 'get',
    path: `${PATH}/{erasure_id}`,
    policy: policies.erase,
    workload: 'reads',
    doc: () => readingErasureDoc(),
    prepare: (exchange) => {
      const id = parseRecordId(exchange.parameter('erasure_id'));
      const query = readQuery(exchange, NO_PARAMETERS);
      const ref = isFault(id)
        ? new Problem(400, 'The path is not valid.', { faults: [{ path: '/erasure_id', message: id.rule }] })
        : id;
      if (ref instanceof Problem || query instanceof Problem) return invalid(ref, query);
      return async () => json(200, showErasure(await getErasure(ref)));
    },
  });
}
