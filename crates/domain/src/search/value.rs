//! Values of filters: each must have its field's type; times may come as numeric strings (S§1.4).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::field::{Kind, Operator};
use super::{Dates, Scalar, Schema, Test};

/// The test of an operator with its value; the error is what would be right.
pub(super) fn test(
    schema: &Schema<'_>,
    kind: Kind,
    operator: Operator,
    value: &Value,
) -> Result<Test, String> {
    if value.is_null() {
        return match operator {
            Operator::Equals => Ok(Test::Missing),
            Operator::Differs => Ok(Test::Present),
            _ => Err("must not be null with this operator".to_owned()),
        };
    }
    let text = || value.as_str().map(ToOwned::to_owned).ok_or("must be a string".to_owned());
    match operator {
        Operator::Contains => return text().map(Test::Contains),
        Operator::NotContains => return text().map(Test::NotContains),
        Operator::Begins => return text().map(Test::Begins),
        Operator::Ends => return text().map(Test::Ends),
        _ => {}
    }
    if kind == Kind::Date && schema.dates == Dates::Days {
        return by_day(schema.zone, operator, number(kind, value)?);
    }
    Ok(match operator {
        Operator::Equals => Test::In(vec![scalar(kind, value)?]),
        Operator::Differs => Test::NotIn(vec![scalar(kind, value)?]),
        Operator::In => Test::In(list(kind, value)?),
        Operator::NotIn => Test::NotIn(list(kind, value)?),
        // `<` and `>` include the value where times are compared by the second (S§2.5).
        _ => by_size(schema.dates == Dates::Seconds, operator, number(kind, value)?),
    })
}

/// `<`, `>`, `<=`, `>=`. Of numbers and seconds; `inclusive` makes `<` and `>` include the value.
fn by_size(inclusive: bool, operator: Operator, value: f64) -> Test {
    let range = |from, below| Test::Range { from, below };
    match operator {
        Operator::Less if !inclusive => range(None, Some(value)),
        Operator::Less | Operator::LessOrEqual => range(None, Some(value.next_up())),
        Operator::Greater if !inclusive => range(Some(value.next_up()), None),
        _ => range(Some(value), None),
    }
}

/// The whole day, from the next day on, or before the day.
fn by_day(zone: &TimeZone, operator: Operator, value: f64) -> Result<Test, String> {
    #[expect(clippy::cast_possible_truncation, reason = "what is out of range is refused by jiff below")]
    let seconds = value as i64;
    let out = |_| "must be Unix seconds of a year between -9999 and 9999".to_owned();
    let day = Timestamp::from_second(seconds).map_err(out)?.to_zoned_datetime(zone.clone());
    let begins = day.start_of_day().map_err(out)?;
    let ends = begins.tomorrow().and_then(|next| next.start_of_day()).map_err(out)?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of these years are far below 2^53")]
    let (begins, ends) = (begins.timestamp().as_second() as f64, ends.timestamp().as_second() as f64);
    Ok(match operator {
        Operator::Less => Test::Range { from: None, below: Some(begins) },
        Operator::Greater => Test::Range { from: Some(ends), below: None },
        _ => Test::Range { from: Some(begins), below: Some(ends) },
    })
}

fn list(kind: Kind, value: &Value) -> Result<Vec<Scalar>, String> {
    let items = value.as_array().ok_or("must be an array with this operator")?;
    if items.is_empty() || items.len() > 1000 {
        return Err("must have 1 to 1000 entries".to_owned());
    }
    items.iter().map(|item| scalar(kind, item)).collect()
}

fn scalar(kind: Kind, value: &Value) -> Result<Scalar, String> {
    match (kind, value) {
        (Kind::Text | Kind::Member | Kind::Unfilled | Kind::Any, Value::String(text)) => {
            Ok(Scalar::Text(text.clone()))
        }
        (Kind::Unfilled | Kind::Any | Kind::Bool, Value::Bool(value)) => Ok(Scalar::Bool(*value)),
        (Kind::Bool, Value::String(text)) if text == "true" || text == "false" => {
            Ok(Scalar::Bool(text == "true"))
        }
        (Kind::Number | Kind::Date | Kind::Unfilled | Kind::Any, _) => {
            number(kind, value).map(Scalar::Number)
        }
        (Kind::Bool, _) => Err("must be true or false".to_owned()),
        (Kind::Text, _) => Err("must be a string".to_owned()),
        (Kind::Member, Value::Number(id)) => Ok(Scalar::Text(id.to_string())),
        (Kind::Member, _) => Err("must be an id".to_owned()),
    }
}

fn number(kind: Kind, value: &Value) -> Result<f64, String> {
    let wrong = || match kind {
        Kind::Date => "must be a time in Unix seconds".to_owned(),
        _ => "must be a number".to_owned(),
    };
    let number = match value {
        Value::String(text) => text.trim().parse().map_err(|_| wrong())?,
        other => other.as_f64().ok_or_else(wrong)?,
    };
    if f64::is_finite(number) { Ok(number) } else { Err(wrong()) }
}
