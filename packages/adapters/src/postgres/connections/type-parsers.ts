import pg from 'pg';

/** Object ids of what pg would turn into a Date or an interval object: date, both time stamps, interval, arrays of them. */
const DATE_TYPES: ReadonlySet<number> = new Set([1082, 1114, 1184, 1186, 1115, 1182, 1185, 1187]);

/** The object id of arrays of integers. */
const INTEGERS: number = 1007;

const asText = (value: string): string => value;

/** Reads `{{1,2},{3,NULL}}`. A history has hundreds of thousands of numbers; pg would look at each character. */
function asNumbers(value: string): unknown {
  // Other lower bounds than 1 stand in front: `[0:1]={1,2}`.
  const array = value.slice(value.indexOf('{'));
  return JSON.parse(array.replaceAll('{', '[').replaceAll('}', ']').replaceAll('NULL', 'null'));
}

/**
 * pg's parsers, except that dates and times stay as PostgreSQL's text, and that arrays of integers are read faster. A
 * Date would lose microseconds, read `timestamp` in the process's own zone, and has no `infinity`.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (format !== 'binary' && DATE_TYPES.has(oid)) return asText;
    if (format !== 'binary' && oid === INTEGERS) return asNumbers;
    return pg.types.getTypeParser(oid, format);
  },
};
