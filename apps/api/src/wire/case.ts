/** `uniqueDeviceCode` as `unique_device_code`. */
export type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : Name;

/** The same members under names in snake_case, as in our JSON. */
export type SnakeCased<Value> = { readonly [Name in keyof Value & string as SnakeCase<Name>]: Value[Name] };

/** Some of them: a body as parsed by a schema. */
export type SnakeCasedPart<Value> = {
  readonly [Name in keyof SnakeCased<Value>]?: SnakeCased<Value>[Name] | undefined;
};

/** Maps values between the names of JSON and those of the domain. */
export interface Renaming<Value> {
  /** Returns the members present, under the domain's names. Members with other names are left out. */
  readonly toDomain: (body: SnakeCasedPart<Value>) => Partial<Value>;
  /** Adds the members to a record, under the names of JSON. */
  readonly addTo: (record: Record<string, unknown>, value: Value) => void;
}

/** @param wireNames in the order they have in JSON */
export function renaming<Value extends object>(wireNames: readonly string[]): Renaming<Value> {
  const names = wireNames.map((onWire) => ({ onWire, inDomain: camelCase(onWire) }));

  // The compiler cannot follow names computed at run time; SnakeCase states that they are right.
  function toDomain(body: Readonly<Record<string, unknown>>): Partial<Value> {
    const value: Record<string, unknown> = {};
    for (const { onWire, inDomain } of names) {
      if (body[onWire] !== undefined) value[inDomain] = body[onWire];
    }
    return value as Partial<Value>;
  }

  function addTo(record: Record<string, unknown>, value: Value): void {
    const members = value as Readonly<Record<string, unknown>>;
    for (const { onWire, inDomain } of names) record[onWire] = members[inDomain];
  }

  return { toDomain, addTo };
}

/** `unique_device_code` as `uniqueDeviceCode`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
