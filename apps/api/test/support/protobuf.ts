/**
 * Every value of a protobuf message by the numbers of its fields, `1.2.2.5` for example: enough to find a span's name in
 * what was sent, without its schema and without a package.
 *
 * @param path the field numbers that lead there
 */
export function fieldsOf(message: Uint8Array, [field, ...rest]: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < message.length; ) {
    const key = varint(message, at);
    at = key.end;
    const wireType = key.value & 7;
    if (wireType === 0) at = varint(message, at).end;
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint(message, at);
      at = length.end + length.value;
      if (at > message.length) throw new Error('the message ends too early');
      if (key.value >> 3 === field) found.push(message.subarray(length.end, at));
    } else throw new Error(`no wire type of protobuf: ${wireType}`);
  }
  return rest.length === 0 ? found : found.flatMap((each) => fieldsOf(each, rest));
}

function varint(message: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = start, factor = 1; ; factor *= 128) {
    const byte = message[end++];
    if (byte === undefined) throw new Error('the message ends too early');
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end };
  }
}
