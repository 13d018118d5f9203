import pg from 'pg';

/** Object ids of what pg would turn into a Date or an interval object: date, both time stamps, interval, arrays of them. */
const DATE_TYPES: ReadonlySet<number> = new Set([1082, 1114, 1184, 1186, 1115, 1182, 1185, 1187]);

const asText = (value: string): string => value;

/**
 * pg's parsers, except that dates and times stay as PostgreSQL's text. A Date would lose microseconds, read `timestamp` in
 * the process's own zone, and has no `infinity`.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (format !== 'binary' && DATE_TYPES.has(oid)) return asText;
    return pg.types.getTypeParser(oid, format);
  },
};
