//! Suspected duplicates (S§9): contacts that share an email or a phone number, which proves nothing but is worth a look.
//! Archived, blocked and merged contacts are left out. Not the place that merges.

use crate::Store;
use crate::conn::{row, rows};
use crate::contacts::ContactRecord;
use crate::error::{Error, Result};

/// What a group of contacts shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The normalised email.
    Email,
    /// The digits of the phone number.
    Phone,
}

impl Shared {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// The column that is compared.
    fn column(self) -> &'static str {
        match self {
            Self::Email => "email_norm",
            Self::Phone => "phone_norm",
        }
    }
}

/// Contacts that share something.
#[derive(Clone, Debug)]
pub struct DuplicateGroup {
    /// What.
    pub shared: Shared,
    /// The value.
    pub value: String,
    /// Who, users first, then the oldest first; at most `GROUP` of them.
    pub contacts: Vec<ContactRecord>,
    /// How many there are.
    pub total: i64,
}

/// Most contacts shown of one group.
const GROUP: i64 = 50;

impl Store {
    /// Groups of contacts with the same email, then those with the same phone, each in order, after a group of that order.
    pub async fn duplicate_groups(
        &self,
        workspace_id: i64,
        after: Option<(Shared, String)>,
        limit: usize,
    ) -> Result<Vec<DuplicateGroup>> {
        let mut conn = self.reader().await?;
        let mut groups = Vec::new();
        for shared in [Shared::Email, Shared::Phone] {
            let begin = match &after {
                Some((Shared::Phone, _)) if shared == Shared::Email => continue,
                Some((of, value)) if *of == shared => value.as_str(),
                _ => "",
            };
            let left = i64::try_from(limit - groups.len()).unwrap_or(i64::MAX);
            let column = shared.column();
            let sql = format!(
                "SELECT {column}, count(*) FROM contacts WHERE workspace_id = $1 AND {column} IS NOT NULL \
                 AND {column} > $2 AND merged_into IS NULL AND archived_at IS NULL \
                 GROUP BY {column} HAVING count(*) > 1 ORDER BY {column} LIMIT $3"
            );
            let sql = sqlx::AssertSqlSafe(sql);
            for (value, total) in rows!(&mut conn, (String, i64), sql, workspace_id, begin, left)? {
                let sql = format!(
                    "SELECT * FROM contacts WHERE workspace_id = $1 AND {column} = $2 AND merged_into IS NULL \
                     AND archived_at IS NULL ORDER BY role DESC, created_at, id LIMIT $3"
                );
                let sql = sqlx::AssertSqlSafe(sql);
                let contacts = rows!(&mut conn, ContactRecord, sql, workspace_id, &value, GROUP)?;
                groups.push(DuplicateGroup { shared, value, contacts, total });
            }
            if groups.len() >= limit {
                break;
            }
        }
        Ok(groups)
    }

    /// Who shares a contact's email or phone, and what of the two; users first, then the oldest first. [`Error::NotFound`].
    pub async fn duplicates_of(
        &self,
        workspace_id: i64,
        id: &str,
    ) -> Result<Vec<(ContactRecord, Vec<Shared>)>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT email_norm, phone_norm FROM contacts WHERE id = $1 AND workspace_id = $2 AND merged_into IS NULL";
        let found = row!(&mut conn, (Option<String>, Option<String>), sql, id, workspace_id)?;
        let (email, phone) = found.ok_or(Error::NotFound("contact"))?;
        let mut others: Vec<(ContactRecord, Vec<Shared>)> = Vec::new();
        for (shared, value) in [(Shared::Email, email), (Shared::Phone, phone)] {
            let Some(value) = value else { continue };
            let sql = format!(
                "SELECT * FROM contacts WHERE workspace_id = $1 AND {} = $2 AND id <> $3 AND merged_into IS NULL \
                 AND archived_at IS NULL ORDER BY role DESC, created_at, id LIMIT $4",
                shared.column()
            );
            let sql = sqlx::AssertSqlSafe(sql);
            for contact in rows!(&mut conn, ContactRecord, sql, workspace_id, value, id, GROUP)? {
                match others.iter_mut().find(|(other, _)| other.id == contact.id) {
                    Some((_, both)) => both.push(shared),
                    None => others.push((contact, vec![shared])),
                }
            }
        }
        Ok(others)
    }
}
