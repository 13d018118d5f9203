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

/**
 * Returns a function that gives the members present in a body the domain's names. Members with other names are left out.
 *
 * @param wireNames the names in JSON
 */
export function renaming<Value extends object>(
  wireNames: readonly string[],
): (body: SnakeCasedPart<Value>) => Partial<Value> {
  const names = wireNames.map((onWire) => ({ onWire, inDomain: camelCase(onWire) }));
  // The compiler cannot follow names computed at run time; SnakeCase states that they are right.
  return (body: Readonly<Record<string, unknown>>) => {
    const value: Record<string, unknown> = {};
    for (const { onWire, inDomain } of names) {
      if (body[onWire] !== undefined) value[inDomain] = body[onWire];
    }
    return value as Partial<Value>;
  };
}

/** `unique_device_code` as `uniqueDeviceCode`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
