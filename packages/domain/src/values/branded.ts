declare const brand: unique symbol;

/**
 * A value that has passed the parser of its rule. Only the parser makes one, so a branded type in a signature means
 * "already validated": nothing is checked twice.
 */
export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
