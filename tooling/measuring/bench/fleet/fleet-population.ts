import type pg from 'pg';
import { insertRows, withoutIndexes } from '../../kit/fill-table.ts';

/** Installations per person, one after the other. */
export const INSTALLATIONS_PER_PERSON = 5;
/** The number of releases, evenly over the years. */
const VERSIONS = 250;
const FIRST_DAY = '2019-01-01';

/** Pseudo-random from 0 to below 1, the same each time for the same number. */
const random = (n: string, seed: number): string => `((hashint8extended(${n}, ${seed}) & 1048575) / 1048576.0)`;
const idOf = (text: string): string => `md5(${text})::uuid::text`;
const versionText = (release: string): string =>
  `(1 + ${release} / 50) || '.' || (${release} % 50) / 5 || '.' || ${release} % 5`;

/**
 * Installations `$1` to `$2` of phones. A person gets one after the other over time, with a release that was then new or
 * a little older; one in ten has been updated since, and so has a revision.
 */
const PHONES = `
  with drawn as (
    select n, n / ${INSTALLATIONS_PER_PERSON} as person, n % ${INSTALLATIONS_PER_PERSON} as turn,
           now()::date - date '${FIRST_DAY}' - 1 as days, ${random(`n / ${INSTALLATIONS_PER_PERSON}`, 1)} as start,
           ${random('n', 2)} as place, ${random('n', 3)} as age, ${random('n', 4)} as phone, ${random('n', 5)} as product
      from generate_series($1::bigint, $2::bigint) as n
  ), dated as (
    select *, date '${FIRST_DAY}' + interval '1 day' * days * (start + (1 - start) * (turn + place) / ${INSTALLATIONS_PER_PERSON}) as at,
           days * (start + (1 - start) * (turn + place) / ${INSTALLATIONS_PER_PERSON}) / days as era
      from drawn
  ), released as (
    select *, n % 10 = 3 as updated,
           greatest(0, floor(era * ${VERSIONS}) - floor(-8 * ln(1 - age)))::integer as release
      from dated
  ), phones as (
    select ${idOf("'owner-' || person || '-record-' || turn")} as uuid, ${idOf("'owner-' || person")} as patient_id, *,
           case when updated then least(${VERSIONS - 1}, release + 20) else release end as present,
           case when updated then least(at + interval '60 days', now()::timestamp) else at end as modified,
           floor(phone * phone * 300)::integer as model
      from released
  ), stored as (
    insert into mobile (uuid, created, created_by_, modified, modified_by_, patient_id, unique_device_code,
      date_first_launched_, date_first_launched_time_zone_, app_product, app_version, phone_os, phone_os_version,
      manufacturer, model, display_name)
    select uuid, at, patient_id, modified, patient_id, patient_id, ${idOf("'device-' || n")}, at, 0,
           ${product()}, ${versionText('present')}, ${system()} from phones
  )
  insert into mobile_revision (uuid, number, replaced, created, created_by_, modified, modified_by_, patient_id,
    unique_device_code, date_first_launched_, date_first_launched_time_zone_, app_product, app_version, phone_os,
    phone_os_version, manufacturer, model, display_name)
  select uuid, 1, modified, at, patient_id, at, patient_id, patient_id, ${idOf("'device-' || n")}, at, 0,
         ${product()}, ${versionText('release')}, ${system()} from phones where updated`;

function product(): string {
  return `case when product < 0.04 then 'SEND' else 'GDM' end`;
}

/** System, its version, manufacturer, model and name; a few models are common, many are rare. */
function system(): string {
  return `case when model % 3 = 0 then 'iOS' else 'Android' end, (9 + model % 9) || '.' || model % 5,
    'Maker ' || model % 12, 'Model ' || model, 'Phone ' || model`;
}

const DESKTOPS = `
  insert into desktop (uuid, created, created_by_, modified, modified_by_, clinician_id, unique_device_code,
    date_first_used_, date_first_used_time_zone_, app_product, app_version, desktop_os, desktop_os_version, ip_address)
  select ${idOf("'desktop-' || n")}, at, clinician, at, clinician, clinician, ${idOf("'workplace-' || n")}, at, 0, 'GDM',
         ${versionText('release')}, 'Windows', '10.0.' || 19000 + n % 50, '192.0.2.' || n % 250
    from generate_series($1::bigint, $2::bigint) as n,
         lateral (select ${idOf(`'owner-' || n / ${INSTALLATIONS_PER_PERSON}`)} as clinician, ${random('n', 6)} as era) as drawn,
         lateral (select date '${FIRST_DAY}' + interval '1 day' * (now()::date - date '${FIRST_DAY}' - 1) * era as at,
                         floor(era * ${VERSIONS})::integer as release) as dated`;

/** Two readings of each patient's meter; five patients have had the same one. One in fifty disagrees, a few say nothing. */
const METERS = `
  insert into blood_glucose_meter (uuid, created, created_by_, modified, modified_by_, mobile_id, serial_number, patient_id,
    date_verified, is_bg_value_correct, app_product, app_version, blood_glucose_value)
  select ${idOf("'meter-' || n")}, at, patient, at, patient, ${idOf(`'owner-' || n / 2 || '-record-' || ${INSTALLATIONS_PER_PERSON - 1}`)},
         'GX-' || n / 10, patient, at at time zone 'UTC',
         case when answer < 0.03 then null else answer >= 0.05 end, 'GDM', ${versionText('release')}, 4 + n % 70 / 10.0
    from generate_series($1::bigint, $2::bigint) as n,
         lateral (select ${idOf("'owner-' || n / 2")} as patient, ${random('n', 7)} as era, ${random('n', 8)} as answer) as drawn,
         lateral (select date '${FIRST_DAY}' + interval '1 day' * (now()::date - date '${FIRST_DAY}' - 1) * era as at,
                         floor(era * ${VERSIONS})::integer as release) as dated`;

/** How many records of each kind there are for so many installations of phones. */
export function sizesFor(rows: number) {
  return { phones: rows, people: Math.ceil(rows / INSTALLATIONS_PER_PERSON), desktops: rows / 100, meters: rows / 10 };
}

/** Fills a migrated, empty database: installations of phones and, in proportion, revisions, desktops and meters. */
export async function fillFleet(client: pg.ClientBase, rows: number): Promise<void> {
  const { desktops, meters } = sizesFor(rows);
  const parts = [
    { tables: ['mobile', 'mobile_revision'], rows, statement: PHONES },
    { tables: ['desktop'], rows: desktops, statement: DESKTOPS },
    { tables: ['blood_glucose_meter'], rows: meters, statement: METERS },
  ];
  for (const part of parts) {
    const [name = ''] = part.tables;
    await withoutIndexes(client, part.tables, () =>
      insertRows(client, name, part.rows, (from, to) => client.query(part.statement, [from, to])),
    );
    for (const table of part.tables) await client.query(`vacuum (analyze, freeze) ${table}`);
  }
  await client.query('checkpoint');
}
