//! Tags on companies (S§3.4). The tags themselves are in `tags.rs` of the crate.

use std::collections::HashMap;

use doorstep_domain::topics::Topic;

use crate::Store;
use crate::companies::CompanyRecord;
use crate::companies::read::{by_company_id, company};
use crate::companies::write::tell;
use crate::conn::{Bind, Conn, execute, rows_bound};
use crate::error::{Error, Result};
use crate::tags::{Tag, TagRef, find, find_or_make};

/// Which company is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompanyRef {
    /// By our id.
    Id(String),
    /// By the site's own id.
    CompanyId(String),
}

impl Store {
    /// Puts a tag on companies or takes it off, and gives the tag and our ids of the companies. Putting on a name that is no
    /// tag's yet makes one. All or none: [`Error::NotFound`] if the tag or one of the companies is not there.
    pub async fn tag_companies(
        &self,
        workspace_id: i64,
        tag: TagRef,
        companies: Vec<CompanyRef>,
        tagged: bool,
        now: i64,
    ) -> Result<(Tag, Vec<String>)> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let tag = match (find(conn, workspace_id, &tag).await?, tag) {
                        (Some(tag), _) => tag,
                        (None, TagRef::Name(name)) if tagged => {
                            find_or_make(conn, workspace_id, &name, now).await?
                        }
                        (None, _) => return Err(Error::NotFound("tag")),
                    };
                    let sql = if tagged {
                        "INSERT INTO company_tags (company_id, tag_id, applied_at) VALUES ($1, $2, $3) \
                         ON CONFLICT (company_id, tag_id) DO NOTHING"
                    } else {
                        // The time is asked for so that both take the same values.
                        "DELETE FROM company_tags WHERE company_id = $1 AND tag_id = $2 AND applied_at <= $3"
                    };
                    let mut ids = Vec::with_capacity(companies.len());
                    for meant in &companies {
                        let found = match meant {
                            CompanyRef::Id(id) => company(conn, workspace_id, id).await?,
                            CompanyRef::CompanyId(id) => by_company_id(conn, workspace_id, id).await?,
                        };
                        let id = found.ok_or(Error::NotFound("company"))?.id;
                        if execute!(conn, sql, &id, tag.id, now)? > 0 {
                            let sql = "UPDATE companies SET updated_at = $2 WHERE id = $1";
                            execute!(conn, sql, &id, now)?;
                            let after = company(conn, workspace_id, &id).await?;
                            let after = after.ok_or(Error::NotFound("company"))?;
                            tell(conn, workspace_id, Topic::CompanyUpdated, &after, None, now).await?;
                        }
                        ids.push(id);
                    }
                    Ok((tag, ids))
                })
            })
            .await
    }
}

type Row = (String, i64, String);

/// The companies with their tags, by name.
pub(super) async fn with_tags(
    conn: &mut Conn,
    mut companies: Vec<CompanyRecord>,
) -> Result<Vec<CompanyRecord>> {
    if companies.is_empty() {
        return Ok(companies);
    }
    let binds: Vec<Bind> = companies.iter().map(|company| Bind::Text(company.id.clone())).collect();
    let places: Vec<String> = (1..=binds.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT a.company_id, t.id, t.name FROM company_tags a JOIN tags t ON t.id = a.tag_id \
         WHERE a.company_id IN ({}) ORDER BY t.name_norm, t.id",
        places.join(", ")
    );
    let mut all: HashMap<String, Vec<Tag>> = HashMap::new();
    for (company_id, id, name) in rows_bound!(conn, Row, sql, &binds)? {
        all.entry(company_id).or_default().push(Tag { id, name });
    }
    for company in &mut companies {
        company.tags = all.remove(&company.id).unwrap_or_default();
    }
    Ok(companies)
}
