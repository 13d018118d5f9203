import type { Device, InstallationDetails, InstallationFields, OffsetDateTime } from '@polaris-telemetry/domain';
import type { z } from 'zod';
import { AUDIT_MEMBERS, type ShownAudit } from './audit.js';
import { renaming, type SnakeCased, type SnakeCasedPart } from './case.js';

/** The parsers of every field that a client sends about an installation: the device's fields, and the date of first use. */
export type InstallationShape<D extends Device, FirstUse extends string> = {
  readonly [Name in keyof SnakeCased<D>]: z.ZodType<SnakeCased<D>[Name]>;
} & { readonly [Name in FirstUse]: z.ZodType<OffsetDateTime> };

/** The members of an installation, apart from its owner's id. */
export type ShownInstallation<D extends Device, FirstUse extends string> = { readonly uuid: string } & SnakeCased<D> & {
    readonly [Name in FirstUse]: string;
  } & ShownAudit;

/** A body as parsed by such a shape or a part of it. */
type Parsed = Readonly<Record<string, unknown>>;

/** From JSON to the domain, for one kind of device. */
export interface InstallationWire<D extends Device> {
  /** @param body parsed by the whole shape */
  readonly details: (body: Parsed) => InstallationDetails<D>;
  /** @param body parsed by any part of the shape without `unique_device_code` */
  readonly changes: (body: Parsed) => InstallationFields<D>;
  /** The names of the members, in the order of its JSON. */
  readonly members: readonly string[];
}

/**
 * Returns the mapping of a kind of installation.
 *
 * @param firstUse name of the member that holds the date of first use
 * @param ownerId name of the member that holds the owner's id
 */
export function installationWire<D extends Device, FirstUse extends string>(
  shape: InstallationShape<D, FirstUse>,
  firstUse: FirstUse,
  ownerId: string,
): InstallationWire<D> {
  const ofDevice = Object.keys(shape).filter((name) => name !== firstUse);
  const toDevice = renaming<D>(ofDevice);

  // `InstallationShape` makes the compiler check that the shape has every field of D and no other's parser; these two
  // assertions rely on the bodies having been parsed by it.
  const deviceOf = (body: Parsed) => toDevice(body as SnakeCasedPart<D>);
  const firstUseOf = (body: Parsed) => body[firstUse] as OffsetDateTime | undefined;

  return {
    details: (body) => ({ device: deviceOf(body) as D, firstUsed: firstUseOf(body) as OffsetDateTime }),
    changes: (body) => {
      const firstUsed = firstUseOf(body);
      return { device: deviceOf(body), ...(firstUsed && { firstUsed }) };
    },
    members: ['uuid', ownerId, ...ofDevice, firstUse, ...AUDIT_MEMBERS],
  };
}
