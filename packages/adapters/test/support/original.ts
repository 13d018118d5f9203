/**
 * The Python original's schema at Alembic head 0374bb6b95f6, as SQLAlchemy creates it. Repeated here rather than
 * taken from our migrations, so that a mistake in those cannot hide.
 */
export const ORIGINAL_SCHEMA = `
  create table alembic_version (
    version_num varchar(32) not null,
    constraint alembic_version_pkc primary key (version_num)
  );
  insert into alembic_version (version_num) values ('0374bb6b95f6');
  create table mobile (
    uuid varchar(36) not null, created timestamp without time zone not null, created_by_ varchar not null,
    modified timestamp without time zone not null, modified_by_ varchar not null,
    patient_id varchar(36) not null, unique_device_code varchar not null,
    date_first_launched_ timestamp without time zone not null, date_first_launched_time_zone_ integer not null,
    app_product varchar not null, app_version varchar not null, phone_os varchar not null, phone_os_version varchar not null,
    manufacturer varchar not null, model varchar not null, display_name varchar not null,
    primary key (uuid)
  );
  create table desktop (
    uuid varchar(36) not null, created timestamp without time zone not null, created_by_ varchar not null,
    modified timestamp without time zone not null, modified_by_ varchar not null,
    clinician_id varchar(36) not null, unique_device_code varchar not null,
    date_first_used_ timestamp without time zone not null, date_first_used_time_zone_ integer not null,
    app_product varchar not null, app_version varchar not null, desktop_os varchar not null,
    desktop_os_version varchar not null, ip_address varchar not null,
    primary key (uuid)
  );
  create table blood_glucose_meter (
    uuid varchar(36) not null, created timestamp without time zone not null, created_by_ varchar not null,
    modified timestamp without time zone not null, modified_by_ varchar not null,
    mobile_id varchar(36) not null, serial_number varchar not null, patient_id varchar not null,
    date_verified timestamp with time zone not null, is_bg_value_correct boolean,
    app_product varchar not null, app_version varchar not null, blood_glucose_value double precision,
    primary key (uuid)
  );
`;

const AUDIT = `'2021-05-06 07:08:09.123456', 'dr-who', '2022-05-06 07:08:09.000001', 'unknown'`;
const LONG = `repeat(md5('long') || '\u{1F600}é', 30000)`;

/** What real and hostile rows of the original hold; each of them must come through a take-over unchanged. */
export const HOSTILE_ROWS = `
  insert into mobile values
    ('00000000-0000-4000-8000-000000000001', ${AUDIT}, 'p1', 'device', '0001-01-01 00:00:00', 0, 'GDM', '1.0', 'iOS', '14', 'Apple', 'X', 'x'),
    ('00000000-0000-4000-8000-000000000002', ${AUDIT}, 'p1', 'device', '9999-12-31 23:59:59.999999', 3600, 'GDM', '1.0', 'iOS', '14', 'Apple', 'X', 'x'),
    ('no-uuid', ${AUDIT}, 'p1', 'device', '2022-01-01 00:00:00', 12345, '', '', '', '', '', '', ''),
    ('00000000-0000-4000-8000-000000000004', ${AUDIT}, 'p1', 'device', '2022-01-01 00:00:00', -43199, 'GDM', '2.0', 'iOS', '14', 'Apple', 'X', E'\\u0001\\n''"\\\\ \u{1F600}'),
    ('00000000-0000-4000-8000-000000000005', ${AUDIT}, '  ', 'device', 'infinity', 0, 'GDM', '1.0', 'iOS', '14', 'Apple', 'X', 'x'),
    ('00000000-0000-4000-8000-000000000006', ${AUDIT}, 'p2', 'device', '0044-03-15 12:00:00 BC', 86399, 'GDM', ${LONG}, 'iOS', '14', 'Apple', 'X', ${LONG}),
    ('00000000-0000-4000-8000-000000000007', ${AUDIT}, 'p2', 'device', '-infinity', 2147483647, 'GDM', '1.0', ${LONG}, '14', 'Apple', 'X', 'x'),
    (repeat('\u{1F600}', 36), ${AUDIT}, repeat('\u{1F600}', 36), '', '2022-01-01 00:00:00', -2147483648, '', '1', '', '', '', '', '');
  insert into mobile select 'same-' || n, ${AUDIT}, 'same', 'device', '2022-01-01', 0, 'GDM', '1.' || n % 7, 'iOS', '14', 'Apple', 'X', 'x'
    from generate_series(1, 500) as n;
  insert into desktop values
    ('00000000-0000-4000-8000-000000000011', ${AUDIT}, 'c1', 'device', '0001-01-01 00:00:00', -86399, 'GDM', '1.0', 'Windows', '10', '999.999.1.1 or so'),
    ('00000000-0000-4000-8000-000000000012', ${AUDIT}, 'c1', 'device', '9999-12-31 23:59:59.999999', 37, 'GDM', ${LONG}, 'Windows', ${LONG}, ''),
    ('00000000-0000-4000-8000-000000000013', ${AUDIT}, 'c1', 'device', '9999-12-31 23:59:59.999999', 37, 'GDM', ${LONG} || '1', 'Windows', '10', ${LONG});
  insert into blood_glucose_meter values
    ('00000000-0000-4000-8000-000000000021', ${AUDIT}, 'phone', 'serial', 'p1', 'infinity', true, 'GDM', '1.0', 'NaN'),
    ('00000000-0000-4000-8000-000000000022', ${AUDIT}, 'phone', 'serial', 'p1', '-infinity', false, 'GDM', '1.0', 'Infinity'),
    ('00000000-0000-4000-8000-000000000023', ${AUDIT}, 'phone', 'serial', 'p1', '4713-01-01 00:00:00+00 BC', null, 'GDM', '1.0', '-Infinity'),
    ('00000000-0000-4000-8000-000000000024', ${AUDIT}, 'phone', 'serial', ${LONG}, '294276-12-31 23:59:59.999999+00', null, 'GDM', '1.0', null),
    ('00000000-0000-4000-8000-000000000025', ${AUDIT}, '', ${LONG}, ${LONG} || '1', '2022-03-04 05:06:07.089123+05:30', true, 'GDM', ${LONG}, '-0'),
    ('00000000-0000-4000-8000-000000000026', ${AUDIT}, 'phone', 'serial', '', '2022-03-27 01:30:00+00', true, 'GDM', '1.0', 5e-324),
    ('00000000-0000-4000-8000-000000000027', ${AUDIT}, 'phone', 'serial', 'p1', '2022-03-27 01:30:00+00', true, 'GDM', '1.0', 0.1::float8 + 0.2::float8);
`;

/** Digest of every byte of every row of the three tables, in an order of its own. */
export const ROW_DIGESTS = `
  select 'mobile' as table, md5(mobile::text) as row from mobile
  union all select 'desktop', md5(desktop::text) from desktop
  union all select 'blood_glucose_meter', md5(blood_glucose_meter::text) from blood_glucose_meter
  order by 1, 2`;

/** New rows, written the way the original writes them, with every column named. */
export function originalWrites(suffix: string): string {
  return `
    insert into mobile (uuid, created, created_by_, modified, modified_by_, patient_id, unique_device_code, date_first_launched_,
        date_first_launched_time_zone_, app_product, app_version, phone_os, phone_os_version, manufacturer, model, display_name)
      values ('new-${suffix}', ${AUDIT}, 'p9', 'device', '2023-01-01 10:00:00.5', 0, 'GDM', ${LONG}, 'iOS', '14', 'Apple', 'X', 'x');
    update mobile set app_version = '9.9', modified = '2023-02-02' where uuid = 'no-uuid';
    insert into blood_glucose_meter (uuid, created, created_by_, modified, modified_by_, mobile_id, serial_number, patient_id,
        date_verified, is_bg_value_correct, app_product, app_version, blood_glucose_value)
      values ('new-${suffix}', ${AUDIT}, 'phone', 'serial', ${LONG}, '2023-01-01 10:00:00+01', null, 'GDM', '1.0', 6.5);
    delete from desktop where uuid = '00000000-0000-4000-8000-000000000011'`;
}
