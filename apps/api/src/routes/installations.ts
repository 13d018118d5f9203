import { z } from '@hono/zod-openapi';
import {
  type Device,
  type Installation,
  type InstallationOwnerId,
  type InstallationUseCases,
  parseInstallationOwnerId,
} from '@polaris-telemetry/domain';
import type { OwnerGrant } from '../auth/owner-policy.js';
import type { Policy } from '../auth/policy.js';
import type { RecordDoc } from '../openapi/record-docs.js';
import type { Operation } from '../pipeline/operation.js';
import { auditExample, auditFields, EXAMPLE_IDS } from '../wire/audit.js';
import type { SnakeCased } from '../wire/case.js';
import { examplesOf } from '../wire/fields.js';
import {
  type InstallationShape,
  type InstallationWire,
  installationWire,
  type ShownInstallation,
} from '../wire/installation.js';
import { type RecordKind, reading, readingLatest, registering, updating } from './record-operations.js';

/** What differs between the installations of patients and of clinicians. All of it is data. */
export interface InstallationKind<D extends Device, FirstUse extends string> {
  /** As in the path; its id is `patient_id`. */
  readonly owner: 'patient' | 'clinician';
  readonly policies: { readonly write: Policy<OwnerGrant>; readonly readInstallation: Policy<OwnerGrant> };
  /** Name of the date of first use. */
  readonly firstUse: FirstUse;
  /** Every field that a client sends, in the order of the documentation: the device's fields, and the date of first use. */
  readonly fields: InstallationShape<D, FirstUse>;
  /**
   * The record, its members in the order of its JSON. Written out: V8 makes an object whose names are computed at run time,
   * and its JSON, in twice the time.
   */
  readonly show: (installation: Installation<D>) => ShownInstallation<D, FirstUse>;
  /** Fields that a search across people may compare. */
  readonly searchable: readonly (keyof SnakeCased<D> & string)[];
  /** Those that are versions, and so have an order. */
  readonly versions: readonly (keyof SnakeCased<D> & string)[];
}

/** Members of an old response that the platform's data seeder sends back; not in production. */
const SEEDED = ['uuid', 'created', 'created_by', 'modified', 'modified_by'] as const;

export interface InstallationOptions {
  readonly acceptSeeded: boolean;
}

/** One kind of installation as records: what all its operations have in common. */
export interface InstallationRecords<D extends Device>
  extends RecordKind<InstallationOwnerId, Installation<D>>,
    InstallationWire<D> {}

/** @param bodyLimit in bytes */
export function installationRecords<D extends Device, FirstUse extends string>(
  kind: InstallationKind<D, FirstUse>,
  bodyLimit: number,
): InstallationRecords<D> {
  return {
    ...installationWire<D, FirstUse>(kind.fields, kind.firstUse, `${kind.owner}_id`),
    show: kind.show,
    doc: installationDoc(kind),
    parseOwner: parseInstallationOwnerId,
    bodyLimit,
  };
}

/** The operations on single installations of one kind. */
export function installationOperations<D extends Device, FirstUse extends string>(
  kind: InstallationKind<D, FirstUse>,
  records: InstallationRecords<D>,
  useCases: InstallationUseCases<D>,
  { acceptSeeded }: InstallationOptions,
): Operation[] {
  const { owner, firstUse, fields, policies } = kind;
  const title = TITLES[owner];
  const { unique_device_code: _fixed, ...changeable } = fields;
  const seeded = Object.fromEntries(
    SEEDED.map((name) => [name, z.unknown().optional().openapi({ description: 'Ignored.' })]),
  );
  const registration = z
    .strictObject({ ...(acceptSeeded ? seeded : {}), ...fields })
    .openapi(`New${title}Installation`);
  const change = z.strictObject(changeable).partial().openapi(`${title}InstallationChange`);

  const base = `/dhos/v1/${owner}/{${owner}_id}`;
  const one = `${base}/installation/{installation_id}`;
  return [
    registering(records, {
      path: `${base}/installation`,
      policy: policies.write,
      status: 200,
      body: { schema: registration, example: examplesOf(fields) },
      register: ({ ownerId, body, actor, retry }) =>
        useCases.register({ ownerId, details: records.details(body), actor, ...(retry && { retry }) }),
      doc: {
        operationId: `register_${owner}_installation`,
        summary: `Register an installation of a ${owner}`,
        description: `Always creates a new installation, even for a device that already has one. Repeat it safely with an Idempotency-Key.`,
      },
    }),
    updating(records, {
      path: one,
      policy: policies.write,
      body: { schema: change, example: { app_version: '1.14.0' } },
      read: useCases.get,
      update: ({ ref, body, actor, expected }) =>
        useCases.update({ ref, fields: records.changes(body), actor, ...(expected && { expected }) }),
      doc: {
        operationId: `update_${owner}_installation`,
        summary: `Change an installation of a ${owner}`,
        description: `Changes the given fields: any except \`unique_device_code\`. If nothing differs, \`modified\` and \`modified_by\` stay.`,
      },
    }),
    reading(records, {
      path: one,
      policy: policies.readInstallation,
      read: useCases.get,
      doc: {
        operationId: `get_${owner}_installation`,
        summary: `Get an installation of a ${owner}`,
        description: 'The whole record, as it is now.',
      },
    }),
    readingLatest(records, {
      path: `${base}/latest_installation`,
      policy: policies.readInstallation,
      readLatest: useCases.getLatest,
      doc: {
        operationId: `get_latest_${owner}_installation`,
        summary: `Get the latest installation of a ${owner}`,
        description: `The one with the latest \`${firstUse}\`; among equal ones, the one with the greater \`app_version\` (compared as text), then the one created last.`,
      },
    }),
  ];
}

const TITLES = { patient: 'Patient', clinician: 'Clinician' } as const;

function installationDoc<D extends Device, FirstUse extends string>({
  owner,
  fields,
}: InstallationKind<D, FirstUse>): RecordDoc {
  const ownerId = `${owner}_id`;
  const title = TITLES[owner];
  const schema = z
    .object({
      uuid: z.string().openapi({ description: 'Id of the installation.' }),
      [ownerId]: z.string().openapi({ description: `The ${owner} it belongs to.` }),
      ...fields,
      ...auditFields,
    })
    .openapi(`${title}Installation`);
  const example = { uuid: EXAMPLE_IDS.record, [ownerId]: EXAMPLE_IDS[owner], ...examplesOf(fields) };
  return {
    tag: `${title} installations`,
    schema,
    example: { ...example, ...auditExample(EXAMPLE_IDS[owner]) },
    ownerId: { name: ownerId, description: `Id of the ${owner}.`, example: EXAMPLE_IDS[owner], maxLength: 36 },
    recordId: {
      name: 'installation_id',
      description: 'Id of the installation.',
      example: EXAMPLE_IDS.record,
      maxLength: 36,
    },
  };
}
