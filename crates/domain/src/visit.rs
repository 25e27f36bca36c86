//! What a visit says without anybody saying it: the browser and its language, where the visitor came from, and which
//! campaign led them here (S§1.1). The newest word counts (M§3.2: "All UTM parameters are updated automatically"), and a
//! campaign's five parameters go together: those of an older one are not mixed in.
//!
//! Pure; the server reads a visit from each ping and first message, `doorstep_store` keeps it on leads and users. Nothing is
//! kept of unknown visitors (P1).

use url::Url;

use crate::user_agent::UserAgent;

/// Longest value kept, characters.
pub const VALUE_LIMIT: usize = 255;

/// Longest language tag kept, characters.
const TAG_LIMIT: usize = 35;

/// What a browser reports, as it reports it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reported<'a> {
    /// The header.
    pub user_agent: &'a str,
    /// Address of the page.
    pub page: &'a str,
    /// The document's referrer.
    pub referrer: &'a str,
    /// Language tags in the order of preference, commas between them.
    pub languages: &'a str,
}

/// A visit. What it does not say is `None` and leaves what was known before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Browser and system.
    pub agent: Option<UserAgent>,
    /// `en-US`.
    pub language: Option<String>,
    /// The page of another site that led here.
    pub referrer: Option<String>,
    /// The campaign that led here.
    pub campaign: Option<Campaign>,
}

/// The `utm_…` parameters of a page's address; at least one is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Campaign {
    /// `utm_campaign`.
    pub campaign: Option<String>,
    /// `utm_content`.
    pub content: Option<String>,
    /// `utm_medium`.
    pub medium: Option<String>,
    /// `utm_source`.
    pub source: Option<String>,
    /// `utm_term`.
    pub term: Option<String>,
}

impl Visit {
    /// Reads what is known of it; what makes no sense says nothing.
    pub fn read(reported: Reported<'_>) -> Self {
        let page = web_address(reported.page);
        Self {
            agent: UserAgent::read(reported.user_agent),
            language: language(reported.languages),
            referrer: referrer(reported.referrer, page.as_ref()),
            campaign: page
                .as_ref()
                .and_then(Campaign::of)
                .or_else(|| landing(reported.referrer, page.as_ref())),
        }
    }
}

/// The campaign of the page of the same site that led here: whoever writes on a second page came by the first one's, and
/// a browser stores nothing that could tell (design, P1).
fn landing(referrer: &str, page: Option<&Url>) -> Option<Campaign> {
    let before = web_address(referrer)?;
    (page?.host() == before.host()).then(|| Campaign::of(&before))?
}

impl Campaign {
    fn of(page: &Url) -> Option<Self> {
        let mut found = Self::default();
        for (name, value) in page.query_pairs() {
            let place = match &*name {
                "utm_campaign" => &mut found.campaign,
                "utm_content" => &mut found.content,
                "utm_medium" => &mut found.medium,
                "utm_source" => &mut found.source,
                "utm_term" => &mut found.term,
                _ => continue,
            };
            if place.is_none() {
                *place = kept(&value);
            }
        }
        (found != Self::default()).then_some(found)
    }
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|address| matches!(address.scheme(), "http" | "https"))
}

/// The referrer, if it is a page of another site: going from page to page tells nothing. Never with a password.
fn referrer(text: &str, page: Option<&Url>) -> Option<String> {
    let mut address = web_address(text)?;
    if page.is_some_and(|page| page.host() == address.host()) {
        return None;
    }
    address.set_fragment(None);
    // These two cannot fail for web addresses.
    address.set_username("").ok()?;
    address.set_password(None).ok()?;
    kept(address.as_str())
}

fn language(tags: &str) -> Option<String> {
    let tag = tags.split(',').next().unwrap_or_default().trim();
    let is_tag =
        tag.len() <= TAG_LIMIT && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_tag && !tag.is_empty()).then(|| tag.to_owned())
}

/// A value without control characters, which databases refuse, and not too long.
fn kept(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text: String = text.trim().chars().take(VALUE_LIMIT).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Reported, VALUE_LIMIT, Visit};

    const PAGE: &str = "https://shop.example/cart";

    fn campaign(page: &str) -> Option<String> {
        let found = Visit::read(Reported { page, ..Reported::default() }).campaign?;
        let all = [found.campaign, found.content, found.medium, found.source, found.term];
        Some(all.map(|value| value.unwrap_or_else(|| "-".to_owned())).join(" "))
    }

    #[rstest]
    #[case(
        "https://a.example/?utm_source=news&utm_medium=email&utm_campaign=may&utm_term=boots&utm_content=top",
        Some("may top email news boots")
    )]
    #[case("http://a.example/x?y=1&utm_source=news#utm_term=no", Some("- - - news -"))]
    #[case("https://a.example/?utm_source=caf%C3%A9+noir&utm_term=%E2%82%AC", Some("- - - café noir €"))]
    #[case::the_first_that_says_something(
        "https://a.example/?utm_source=&utm_source=b&utm_source=c",
        Some("- - - b -")
    )]
    #[case::control_characters("https://a.example/?utm_source=%00a%0Ab&utm_term=%00", Some("- - - ab -"))]
    #[case::other_letters_are_another_name("https://a.example/?UTM_SOURCE=x&utm_id=7", None)]
    #[case::empty("https://a.example/?utm_source=&utm_term=+", None)]
    #[case::none("https://a.example/", None)]
    #[case::no_page("javascript:utm_source=1?utm_source=2", None)]
    #[case::not_an_address("utm_source=1", None)]
    fn campaigns(#[case] page: &str, #[case] expected: Option<&str>) {
        assert_eq!(campaign(page).as_deref(), expected);
    }

    #[rstest]
    #[case::led_to_the_page_before(PAGE, "https://shop.example/?utm_source=news", Some("news"))]
    #[case::older_than_the_page(
        "https://shop.example/cart?utm_source=mail",
        "https://shop.example/?utm_source=news",
        Some("mail")
    )]
    #[case::of_another_site(PAGE, "https://search.example/?utm_source=news", None)]
    #[case::of_nowhere("", "https://shop.example/?utm_source=news", None)]
    fn campaigns_of_the_page_before(
        #[case] page: &str,
        #[case] referrer: &str,
        #[case] expected: Option<&str>,
    ) {
        let visit = Visit::read(Reported { page, referrer, ..Reported::default() });
        assert_eq!(visit.campaign.and_then(|campaign| campaign.source).as_deref(), expected);
    }

    #[rstest]
    #[case("https://search.example/find?q=chat", Some("https://search.example/find?q=chat"))]
    #[case("http://search.example", Some("http://search.example/"))]
    #[case::a_secret("https://ada:secret@search.example/#token", Some("https://search.example/"))]
    #[case::the_same_site("https://shop.example/", None)]
    #[case::the_same_site_without_tls("http://SHOP.example:8080/", None)]
    #[case::below_the_site("https://blog.shop.example/", Some("https://blog.shop.example/"))]
    #[case::an_app("android-app://com.example/", None)]
    #[case::a_script("javascript:alert(1)", None)]
    #[case::none("", None)]
    fn referrers(#[case] referrer: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            Visit::read(Reported { page: PAGE, referrer, ..Reported::default() }).referrer.as_deref(),
            expected
        );
    }

    #[rstest]
    #[case("de-AT,de,en", Some("de-AT"))]
    #[case(" zh-Hans-CN ,en", Some("zh-Hans-CN"))]
    #[case("en", Some("en"))]
    #[case("", None)]
    #[case(",en", None)]
    #[case("<b>,en", None)]
    #[case("en\0", None)]
    #[case("a-very-long-tag-that-nobody-ever-speaks", None)]
    fn preferred_languages(#[case] languages: &str, #[case] expected: Option<&str>) {
        assert_eq!(Visit::read(Reported { languages, ..Reported::default() }).language.as_deref(), expected);
    }

    proptest! {
        #[test]
        fn whatever_is_reported_can_be_kept(
            user_agent in ".{0,80}", value in ".{0,400}", referrer in "(https?://)?.{0,400}", languages in ".{0,60}",
        ) {
            let mut page = url::Url::parse(PAGE).unwrap();
            page.query_pairs_mut().append_pair("utm_source", &value).append_pair("utm_term", &value);
            let reported =
                Reported { user_agent: &user_agent, page: page.as_str(), referrer: &referrer, languages: &languages };
            let visit = Visit::read(reported);
            let campaign = visit.campaign.unwrap_or_default();
            for kept in [visit.referrer, visit.language, campaign.source, campaign.term].into_iter().flatten() {
                prop_assert!(!kept.is_empty() && kept.chars().count() <= VALUE_LIMIT);
                prop_assert!(!kept.chars().any(char::is_control));
            }
        }
    }
}
