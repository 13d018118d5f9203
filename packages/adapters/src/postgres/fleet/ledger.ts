/** How many days in a row an entry of the ledger holds. */
export const SPAN = 32;

/** Returns the entry that holds a day: days from 1970-01-01. */
export function spanOf(day: number): number {
  return Math.floor(day / SPAN);
}

/** The ledger as it should be, from what each person has added to it. */
export const LEDGER_OF_PEOPLE = `
  with shares as (
    select abs(change.version) as version, change.day - date '1970-01-01' as day, sum(sign(change.version))::integer as people
      from fleet_person cross join unnest(versions, days) as change (version, day)
     group by 1, 2 having sum(sign(change.version)) <> 0
  )
  select spans.version, span, sum(coalesce(shares.people, 0))::integer as people,
         array_agg(coalesce(shares.people, 0) order by place) as changes
    from (select distinct version, floor(day / ${SPAN}::float8)::integer as span from shares) as spans
   cross join generate_series(0, ${SPAN - 1}) as place
    left join shares on shares.version = spans.version and shares.day = spans.span * ${SPAN} + place
   group by spans.version, span`;
