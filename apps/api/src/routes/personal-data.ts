import {
  type BloodGlucoseMeter,
  type DesktopDevice,
  formatInstant,
  type HeldRecords,
  type Installation,
  type MobileDevice,
  type NamedInRecord,
  type PersonalData,
  type PersonUseCases,
  parseMeterOwnerId,
} from '@polaris-telemetry/domain';
import { z } from 'zod';
import { policies } from '../auth/policies.js';
import { ownerIdOf } from '../http/path-ids.js';
import { invalid, Problem } from '../http/problem.js';
import { BUSY } from '../http/problems.js';
import { readQuery } from '../http/query.js';
import { nothing, StreamedBody } from '../http/streamed-body.js';
import { inPieces } from '../http/text-pieces.js';
import { personalDataDoc } from '../openapi/personal-data-docs.js';
import { Operation } from '../pipeline/operation.js';
import type { Slots } from '../pipeline/slots.js';
import { showAccess } from '../wire/access.js';
import { showCounts } from '../wire/erasure.js';
import { showRevision } from '../wire/revision.js';
import type { OwnedRecords, RecordKind } from './record-operations.js';

const NO_PARAMETERS = z.strictObject({});
const TYPE = 'application/json';

/** GET: everything held on one person. */
export function readingPersonalData(
  { openPersonalData }: Pick<PersonUseCases, 'openPersonalData'>,
  kinds: OwnedRecords,
  slots: Slots,
): Operation {
  return Operation.of({
    method: 'get',
    path: '/dhos/v1/telemetry/people/{person_id}/personal_data',
    policy: policies.dataProtection,
    workload: 'reads',
    doc: () => personalDataDoc(kinds),
    prepare: (exchange) => {
      const personId = ownerIdOf(exchange.parameter('person_id') ?? '', parseMeterOwnerId, 'person_id');
      const query = readQuery(exchange, NO_PARAMETERS);
      if (personId instanceof Problem || query instanceof Problem) return invalid(personId, query);
      return async () => {
        // Sends the headers of GET without reading anything.
        if (exchange.method === 'HEAD')
          return { status: 200, content: { type: TYPE, body: nothing(exchange.outgoing) } };
        const leave = slots.take();
        if (leave === undefined) return BUSY;
        try {
          const data = await openPersonalData(personId);
          const end = () => {
            leave();
            data.close().catch(() => {});
          };
          const source = { next: inPieces(write(personId, data, kinds)), end };
          return { status: 200, content: { type: TYPE, body: new StreamedBody(source, exchange.outgoing) } };
        } catch (error) {
          leave();
          throw error;
        }
      };
    },
  });
}

async function* write(personId: string, data: PersonalData, kinds: OwnedRecords): AsyncGenerator<string> {
  const { patients, clinicians, meters } = kinds;
  const start = { person_id: personId, as_of: formatInstant(data.asOf), counts: showCounts(data.counts) };
  yield JSON.stringify(start).slice(0, -1);
  yield* list('patient_installations', data.patientInstallations.records(), patients.show);
  yield* list('clinician_installations', data.clinicianInstallations.records(), clinicians.show);
  yield* list('blood_glucose_meters', data.meters.records(), meters.show);
  yield ',"revisions":[';
  let isFirst = true;
  for await (const piece of revisions(data, kinds)) {
    yield isFirst ? piece.slice(1) : piece;
    isFirst = false;
  }
  yield ']';
  yield* list('records_of_others', data.recordsOfOthers(), ({ kind, id, roles }) => ({ kind, uuid: id, roles }));
  yield `,"retry_copies":${data.counts.retryCopies}`;
  yield* list('accesses', data.accesses(), showAccess);
  yield '}';
}

async function* list<Item>(
  name: string,
  items: AsyncIterable<Item>,
  show: (item: Item) => Readonly<Record<string, unknown>>,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let separator = '';
  for await (const item of items) {
    yield separator + JSON.stringify(show(item));
    separator = ',';
  }
  yield ']';
}

/** Writes each record with its revisions, after a comma. */
async function* revisions(data: PersonalData, { patients, clinicians, meters }: OwnedRecords): AsyncGenerator<string> {
  yield* ofKind<Installation<MobileDevice>>('patient_installation', data.patientInstallations, patients);
  yield* ofKind<Installation<DesktopDevice>>('clinician_installation', data.clinicianInstallations, clinicians);
  yield* ofKind<BloodGlucoseMeter>('blood_glucose_meter', data.meters, meters);
}

/** Written one by one: a record can have many long states. */
async function* ofKind<Entity extends { readonly id: string }>(
  kind: NamedInRecord['kind'],
  held: HeldRecords<Entity>,
  records: Pick<RecordKind<never, Entity>, 'show'>,
): AsyncGenerator<string> {
  let uuid: string | undefined;
  for await (const revision of held.revisions()) {
    const text = JSON.stringify(showRevision(records.show, revision));
    if (revision.record.id === uuid) yield `,${text}`;
    else {
      const end = uuid === undefined ? '' : ']}';
      uuid = revision.record.id;
      yield `${end},${JSON.stringify({ kind, uuid }).slice(0, -1)},"revisions":[${text}`;
    }
  }
  if (uuid !== undefined) yield ']}';
}
