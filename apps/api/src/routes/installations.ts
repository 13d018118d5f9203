import { z } from '@hono/zod-openapi';
import {
  type Device,
  type getInstallation,
  type getLatestInstallation,
  type Installation,
  parseInstallationOwnerId,
  type registerInstallation,
  type updateInstallation,
} from '@polaris-telemetry/domain';
import type { OwnerPolicy } from '../auth/policies.js';
import type { OwnerOperation } from '../http/operation.js';
import { type InstallationShape, installationWire } from '../wire/installation.js';
import { type RecordKind, reading, readingLatest, registering, updating } from './record-operations.js';

/** What differs between the installations of patients and those of clinicians. All of it is data. */
export interface InstallationKind<D extends Device, FirstUse extends string> {
  /** As in the path; its id is `patient_id`. */
  readonly owner: 'patient' | 'clinician';
  readonly policies: { readonly write: OwnerPolicy; readonly readInstallation: OwnerPolicy };
  /** Name of the date of first use. */
  readonly firstUse: FirstUse;
  /** Every field that a client tells, in the order of the documentation: those of the device, and the date of first use. */
  readonly fields: InstallationShape<D, FirstUse>;
}

/** The use cases for installations of one kind of device. */
export interface InstallationUseCases<D extends Device> {
  readonly register: ReturnType<typeof registerInstallation<D>>;
  readonly get: ReturnType<typeof getInstallation<D>>;
  readonly getLatest: ReturnType<typeof getLatestInstallation<D>>;
  readonly update: ReturnType<typeof updateInstallation<D>>;
}

/** Members of an old response that the platform's data seeder sends back; not in production. */
const SEEDED = ['uuid', 'created', 'created_by', 'modified', 'modified_by'] as const;

export interface InstallationOptions {
  readonly bodyLimit: number;
  readonly acceptSeeded: boolean;
}

/** The four operations on one kind of installation. */
export function installationOperations<D extends Device, FirstUse extends string>(
  kind: InstallationKind<D, FirstUse>,
  useCases: InstallationUseCases<D>,
  { bodyLimit, acceptSeeded }: InstallationOptions,
): OwnerOperation[] {
  const { owner, firstUse, fields, policies } = kind;
  const wire = installationWire<D, FirstUse>(fields, firstUse, `${owner}_id`);
  const { unique_device_code: _fixed, ...changeable } = fields;
  const seeded = Object.fromEntries(SEEDED.map((name) => [name, z.unknown().optional()]));
  const registration = z.strictObject({ ...(acceptSeeded ? seeded : {}), ...fields });
  const change = z.strictObject(changeable).partial();

  const base = `/dhos/v1/${owner}/{${owner}_id}`;
  const one = `${base}/installation/{installation_id}`;
  const records: RecordKind<Installation<D>['ownerId'], Installation<D>> = {
    ids: { owner: `${owner}_id`, record: 'installation_id' },
    parseOwner: parseInstallationOwnerId,
    write: wire.write,
    bodyLimit,
  };
  const doc = { summary: '', responses: {} };
  return [
    registering(records, {
      path: `${base}/installation`,
      policy: policies.write,
      doc,
      status: 200,
      body: registration,
      register: ({ ownerId, body, actor, retry }) =>
        useCases.register({ ownerId, details: wire.details(body), actor, ...(retry && { retry }) }),
    }),
    updating(records, {
      path: one,
      policy: policies.write,
      doc,
      body: change,
      read: useCases.get,
      update: ({ ref, body, actor, expected }) =>
        useCases.update({ ref, fields: wire.changes(body), actor, ...(expected && { expected }) }),
    }),
    reading(records, { path: one, policy: policies.readInstallation, doc, read: useCases.get }),
    readingLatest(records, {
      path: `${base}/latest_installation`,
      policy: policies.readInstallation,
      doc,
      readLatest: useCases.getLatest,
    }),
  ];
}
