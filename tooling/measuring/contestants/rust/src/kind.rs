//! The kinds of record: their columns, their statements, and their JSON.
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone, Utc};
use serde_json::Value;
use tokio_postgres::types::ToSql;
use tokio_postgres::Row;

use crate::Failure;

#[derive(Clone, Copy)]
pub enum Type {
    Text,
    Boolean,
    Number,
}
use Type::{Boolean, Number, Text};

pub struct Kind {
    pub owner_path: &'static str,
    pub owner: String,
    pub action: &'static str,
    date: &'static str,
    has_zone: bool,
    pub created: u16,
    fields: &'static [(&'static str, Type)],
    pub insert: String,
    pub by_id: String,
    pub latest: String,
    pub update: String,
}

/** The date with its offset, and the fields, as they are sent and stored. */
pub struct Values {
    local: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    zone: Option<i32>,
    has_zone: bool,
    fields: Vec<Field>,
}

enum Field {
    Text(Option<String>),
    Boolean(Option<bool>),
    Number(Option<f64>),
}

impl Values {
    pub fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::new();
        if self.has_zone {
            parameters.push(&self.local);
            parameters.push(&self.zone);
        } else {
            parameters.push(&self.instant);
        }
        parameters.extend(self.fields.iter().map(|field| match field {
            Field::Text(value) => value as &(dyn ToSql + Sync),
            Field::Boolean(value) => value,
            Field::Number(value) => value,
        }));
        parameters
    }

    pub fn of_row(kind: &Kind, row: &Row) -> Result<Values, Failure> {
        let (instant, zone): (DateTime<Utc>, i32) = if kind.has_zone {
            (Utc.from_utc_datetime(&row.try_get::<_, NaiveDateTime>(6)?), row.try_get(7)?)
        } else {
            (row.try_get(6)?, 0)
        };
        let first = if kind.has_zone { 8 } else { 7 };
        let mut fields = Vec::with_capacity(kind.fields.len());
        for (index, (_, of)) in kind.fields.iter().enumerate() {
            fields.push(match of {
                Text => Field::Text(row.try_get(first + index)?),
                Boolean => Field::Boolean(row.try_get(first + index)?),
                Number => Field::Number(row.try_get(first + index)?),
            });
        }
        Ok(Values {
            local: Some(instant.naive_utc()),
            instant: Some(instant),
            zone: Some(zone),
            has_zone: kind.has_zone,
            fields,
        })
    }
}

impl Kind {
    fn new(
        owner_path: &'static str,
        action: &'static str,
        table: &str,
        date: &'static str,
        has_zone: bool,
        created: u16,
        fields: &'static [(&'static str, Type)],
    ) -> Kind {
        let owner = format!("{}_id", owner_path);
        let date_column = if has_zone { format!("{}_", date) } else { date.to_string() };
        let mut changing = vec![date_column.clone()];
        if has_zone {
            changing.push(format!("{}_time_zone_", date));
        }
        changing.extend(fields.iter().map(|(name, _)| name.to_string()));
        let columns =
            format!("uuid, {}, created, created_by_, modified, modified_by_, {}", owner, changing.join(", "));
        let places: Vec<String> = (1..=6 + changing.len()).map(|place| format!("${}", place)).collect();
        let sets: Vec<String> = changing
            .iter()
            .enumerate()
            .map(|(index, name)| format!("{} = coalesce(${}, {})", name, index + 5, name))
            .collect();
        Kind {
            insert: format!("insert into {} ({}) values ({})", table, columns, places.join(", ")),
            by_id: format!("select {} from {} where uuid = $1 and {} = $2", columns, table, owner),
            latest: format!(
                "select {} from {} where {} = $1 order by {} desc limit 1",
                columns, table, owner, date_column
            ),
            update: format!(
                "update {} set modified = $3, modified_by_ = $4, {} where uuid = $1 and {} = $2 returning {}",
                table,
                sets.join(", "),
                owner,
                columns
            ),
            owner_path,
            owner,
            action,
            date,
            has_zone,
            created,
            fields,
        }
    }

    /** The values of a body; none where it does not name a field. */
    pub fn values(&self, body: &Value) -> Result<Values, Failure> {
        let date = match body[self.date].as_str() {
            Some(text) => Some(DateTime::parse_from_rfc3339(text)?),
            None => None,
        };
        let fields = self.fields.iter().map(|(name, of)| match of {
            Text => Field::Text(body[*name].as_str().map(str::to_string)),
            Boolean => Field::Boolean(body[*name].as_bool()),
            Number => Field::Number(body[*name].as_f64()),
        });
        Ok(Values {
            local: date.map(|date| date.naive_utc()),
            instant: date.map(|date| date.with_timezone(&Utc)),
            zone: date.map(|date| date.offset().local_minus_utc()),
            has_zone: self.has_zone,
            fields: fields.collect(),
        })
    }

    /** The record as JSON. */
    #[allow(clippy::too_many_arguments)]
    pub fn answer(
        &self,
        id: &str,
        owner: &str,
        created: NaiveDateTime,
        created_by: &str,
        modified: NaiveDateTime,
        modified_by: &str,
        values: &Values,
    ) -> String {
        let iso = |time: NaiveDateTime| time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let mut record = serde_json::Map::new();
        let mut member = |name: &str, value: Value| record.insert(name.to_string(), value);
        member("uuid", id.into());
        member(&self.owner, owner.into());
        if let Some(instant) = values.instant {
            let offset = values.zone.unwrap_or(0);
            let date = match FixedOffset::east_opt(offset).filter(|_| self.has_zone && offset != 0) {
                Some(zone) => instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string(),
                None => iso(instant.naive_utc()),
            };
            member(self.date, date.into());
        }
        for ((name, _), field) in self.fields.iter().zip(&values.fields) {
            member(
                name,
                match field {
                    Field::Text(value) => value.clone().into(),
                    Field::Boolean(value) => (*value).into(),
                    Field::Number(value) => (*value).into(),
                },
            );
        }
        member("created", iso(created).into());
        member("created_by", created_by.into());
        member("modified", iso(modified).into());
        member("modified_by", modified_by.into());
        Value::Object(record).to_string()
    }
}

pub fn kinds() -> Vec<Kind> {
    vec![
        Kind::new(
            "patient",
            "installation",
            "mobile",
            "date_first_launched",
            true,
            200,
            &[
                ("unique_device_code", Text),
                ("app_product", Text),
                ("app_version", Text),
                ("phone_os", Text),
                ("phone_os_version", Text),
                ("manufacturer", Text),
                ("model", Text),
                ("display_name", Text),
            ],
        ),
        Kind::new(
            "clinician",
            "installation",
            "desktop",
            "date_first_used",
            true,
            200,
            &[
                ("unique_device_code", Text),
                ("app_product", Text),
                ("app_version", Text),
                ("desktop_os", Text),
                ("desktop_os_version", Text),
                ("ip_address", Text),
            ],
        ),
        Kind::new(
            "patient",
            "blood_glucose_meter",
            "blood_glucose_meter",
            "date_verified",
            false,
            201,
            &[
                ("mobile_id", Text),
                ("serial_number", Text),
                ("is_bg_value_correct", Boolean),
                ("app_product", Text),
                ("app_version", Text),
                ("blood_glucose_value", Number),
            ],
        ),
    ]
}
