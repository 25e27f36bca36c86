//! The rules of who is who, line by line as S§9.1 numbers them: a table for each line, over the functions that carry it.
//! Where a line is also about rows, the story over both databases that shows the rest is named.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use doorstep_domain::contacts::{
    MergeRefusal, MergeRules, Outcome, Role, Traits, email_proven, merge_refusals, outcome,
};
use doorstep_domain::email::Email;
use doorstep_domain::import::{self, Import, import_lead};
use doorstep_domain::inbound_mail::{self, Sender, sender_of_mail};
use doorstep_domain::people::{Decision, Found, Known, decide, leads_join};
use doorstep_domain::reply_mail::{DELAY, Due, Reply, Unseen, mail_due};
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_domain::topics::Topic;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

const A: &str = "ada@example.com";
const B: &str = "bob@example.com";

fn user(id: &str) -> Known {
    Known { id: id.to_owned(), is_user: true }
}

fn lead(id: &str) -> Known {
    Known { id: id.to_owned(), is_user: false }
}

/// What a page says, signed as named.
fn claim(settings: &Value, signed: &[&str]) -> Option<Claim> {
    let signed = signed.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    BootSettings::read(settings.as_object().unwrap()).claim(signed)
}

/// 1: emails are compared in one form, and a page names a user by `user_id`, else by email. Uniqueness among users only:
/// story `users_are_one_by_id_and_by_email_and_leads_need_not_be`.
#[rstest]
#[case::an_id(json!({"user_id": 7}), Some("7"), None)]
#[case::an_email(json!({"email": " Ada@Example.COM "}), None, Some(A))]
#[case::both(json!({"user_id": "7", "email": A}), Some("7"), Some(A))]
#[case::an_unknown_id(json!({"user_id": "undefined", "email": A}), None, Some(A))]
#[case::the_visitors_uuid_is_no_user(json!({"anonymous_id": "4b1c"}), None, None)]
#[case::a_name_is_no_key(json!({"name": "Ada", "phone": "1"}), None, None)]
fn line_01_keys(#[case] page: Value, #[case] user_id: Option<&str>, #[case] email: Option<&str>) {
    let claim = claim(&page, &[]);
    assert_eq!(claim.is_some(), user_id.or(email).is_some());
    let claim = claim.unwrap_or_default();
    assert_eq!(claim.user_id.as_deref(), user_id);
    assert_eq!(claim.email.as_ref().map(Email::normalised), email);
}

/// 2: a visitor is nobody until they write; then they are a lead, whom the visitor's id finds again. In place with the UUID as
/// external id: story
/// `the_first_message_makes_a_lead`.
#[rstest]
#[case::before_writing(None, None, Decision::Nobody)]
#[case::after_writing(Some(lead("l")), Some(lead("l")), Decision::Keep("l".to_owned()))]
#[case::without_the_session(None, Some(lead("l")), Decision::Return("l".to_owned()))]
fn line_02_a_visitor_writes(
    #[case] by_session: Option<Known>,
    #[case] by_visitor: Option<Known>,
    #[case] decision: Decision,
) {
    let found = Found { by_session, by_visitor, ..Found::default() };
    assert_eq!(decide(&found), decision);
    assert_eq!(Topic::contact_created(false).as_str(), "contact.lead.created");
}

/// 3: an email typed in the Messenger is not proven, whatever was before.
#[rstest]
#[case::the_first(None, false, A, Some("contact.lead.added_email"))]
#[case::another(Some(B), false, A, Some("contact.email.updated"))]
#[case::another_than_the_proven_one(Some(B), true, A, Some("contact.email.updated"))]
fn line_03_email_in_the_messenger(
    #[case] before: Option<&str>,
    #[case] verified: bool,
    #[case] after: &str,
    #[case] topic: Option<&str>,
) {
    assert!(!email_proven(verified, before, Some(after), None));
    assert_eq!(Topic::of_email(false, before, Some(after)).map(Topic::as_str), topic);
}

/// 4: nor is one a teammate types; the same email again loses nothing.
#[rstest]
#[case::the_first(None, false, Some(A), false)]
#[case::another(Some(B), true, Some(A), false)]
#[case::cleared(Some(A), true, None, false)]
#[case::the_same(Some(A), true, Some(A), true)]
#[case::the_same_unproven(Some(A), false, Some(A), false)]
fn line_04_edit_by_a_teammate(
    #[case] before: Option<&str>,
    #[case] verified: bool,
    #[case] after: Option<&str>,
    #[case] proven: bool,
) {
    assert_eq!(email_proven(verified, before, after, None), proven);
}

const fn mailer(
    id: &'static str,
    role: Role,
    verified: bool,
    active_at: i64,
) -> inbound_mail::Candidate<'static> {
    inbound_mail::Candidate { id, role, verified, active_at }
}

/// 5: mail from A: the user seen last, else a verified lead, else a new one.
#[rstest]
#[case::nobody(&[], None)]
#[case::a_user(&[mailer("u", Role::User, false, 1)], Some("u"))]
#[case::the_user_seen_last(&[mailer("u", Role::User, true, 1), mailer("v", Role::User, false, 2)], Some("v"))]
#[case::a_user_before_a_lead(&[mailer("l", Role::Lead, true, 9), mailer("u", Role::User, false, 1)], Some("u"))]
#[case::a_verified_lead(&[mailer("l", Role::Lead, true, 1)], Some("l"))]
#[case::who_only_typed_it(&[mailer("l", Role::Lead, false, 1)], None)]
#[case::verified_among_many(
    &[mailer("k", Role::Lead, false, 9), mailer("l", Role::Lead, true, 1), mailer("m", Role::Lead, false, 5)],
    Some("l")
)]
#[case::the_lead_active_last(&[mailer("k", Role::Lead, true, 1), mailer("l", Role::Lead, true, 2)], Some("l"))]
#[case::equals(&[mailer("v", Role::User, true, 1), mailer("u", Role::User, true, 1)], Some("u"))]
fn line_05_inbound_mail(
    #[case] candidates: &[inbound_mail::Candidate<'static>],
    #[case] attached: Option<&str>,
) {
    let sender = attached.map_or(Sender::NewVerifiedLead, |id| Sender::Attach(id.to_owned()));
    assert_eq!(sender_of_mail(candidates), sender);
}

const fn row(id: &'static str, role: Role, verified: bool, archived: bool) -> import::Candidate<'static> {
    import::Candidate { id, role, verified, archived, active_at: 1 }
}

fn into_user(id: &str, restore: bool) -> Import {
    Import::MergeIntoUser { id: id.to_owned(), restore }
}

/// 6: a row of a file of leads, as S§5.2 says.
#[rstest]
#[case::nobody(&[], Import::CreateVerified)]
#[case::a_user(&[row("u", Role::User, false, false)], into_user("u", false))]
#[case::an_archived_user_is_restored(&[row("u", Role::User, false, true)], into_user("u", true))]
#[case::a_user_before_a_lead(&[row("l", Role::Lead, true, false), row("u", Role::User, false, false)], into_user("u", false))]
#[case::a_verified_lead(&[row("l", Role::Lead, true, false)], Import::UpdateVerified("l".to_owned()))]
#[case::an_archived_lead_stays_archived(&[row("l", Role::Lead, true, true)], Import::CreateVerified)]
#[case::who_only_typed_it(&[row("l", Role::Lead, false, false)], Import::CreateVerified)]
#[case::verified_among_many(
    &[row("k", Role::Lead, false, false), row("l", Role::Lead, true, false)],
    Import::UpdateVerified("l".to_owned())
)]
fn line_06_import(#[case] candidates: &[import::Candidate<'static>], #[case] outcome: Import) {
    assert_eq!(import_lead(candidates), outcome);
}

/// 7: the API says whether the email is proven; an email it changes without saying so is not.
#[rstest]
#[case::changed(Some(B), true, Some(A), None, false)]
#[case::changed_and_proven(Some(B), false, Some(A), Some(true), true)]
#[case::changed_and_not(Some(B), true, Some(A), Some(false), false)]
#[case::first_and_proven(None, false, Some(A), Some(true), true)]
#[case::said_later(Some(A), false, Some(A), Some(true), true)]
#[case::nothing_to_prove(None, false, None, Some(true), false)]
fn line_07_email_by_api(
    #[case] before: Option<&str>,
    #[case] verified: bool,
    #[case] after: Option<&str>,
    #[case] said: Option<bool>,
    #[case] proven: bool,
) {
    assert_eq!(email_proven(verified, before, after, said), proven);
}

/// 8: a user is named in a browser whose cookie has a lead. The email kept and the UUID replaced: story
/// `a_lead_becomes_a_new_user_in_place`.
#[rstest]
#[case::the_user_exists(Some(lead("l")), Some(user("u")), Decision::Merge { from: "l".to_owned(), into: "u".to_owned() })]
#[case::the_user_is_new(Some(lead("l")), None, Decision::Convert("l".to_owned()))]
#[case::no_lead_and_the_user_exists(None, Some(user("u")), Decision::LogIn("u".to_owned()))]
#[case::no_lead_and_the_user_is_new(None, None, Decision::Create)]
fn line_08_identify_over_a_lead(
    #[case] by_visitor: Option<Known>,
    #[case] by_claim: Option<Known>,
    #[case] decision: Decision,
) {
    let with_session = Found { by_session: by_visitor.clone(), ..Found::default() };
    for by_session in [None, with_session.by_session] {
        let (by_visitor, by_claim) = (by_visitor.clone(), by_claim.clone());
        assert_eq!(decide(&Found { by_session, by_visitor, by_claim, claimed: true }), decision);
    }
}

/// 9: leads that share the user's email join on a proof only. All of them, the newest last, and their browsers out: stories
/// `a_lead_with_a_proven_email_joins_the_user` and its neighbours.
#[rstest]
#[case::nothing_signed(json!({"user_id": "u", "email": A}), &[], false, false)]
#[case::nothing_signed_and_verified(json!({"user_id": "u", "email": A}), &[], true, false)]
#[case::the_id_only(json!({"user_id": "u", "email": A}), &["user_id"], false, false)]
#[case::the_email_only(json!({"user_id": "u", "email": A}), &["email"], false, false)]
#[case::id_and_email(json!({"user_id": "u", "email": A}), &["user_id", "email"], false, true)]
#[case::another_email(json!({"user_id": "u", "email": B}), &["user_id", "email"], false, false)]
#[case::by_email(json!({"email": "ADA@example.com"}), &["email"], false, true)]
#[case::by_email_unsigned(json!({"email": A}), &[], false, false)]
#[case::a_proven_user_of_a_verified_email(json!({"user_id": "u"}), &["user_id"], true, true)]
fn line_09_leads_of_the_users_email(
    #[case] page: Value,
    #[case] signed: &[&str],
    #[case] verified: bool,
    #[case] join: bool,
) {
    assert_eq!(leads_join(&claim(&page, signed).unwrap(), A, verified), join);
}

/// 10: what goes into what, and whose values win. What moves, the signpost and 410: stories
/// `a_merge_moves_everything_and_leaves_a_signpost`, `a_lead_goes_into_a_lead_and_comes_back`.
#[rstest]
#[case::lead_into_user(Role::Lead, Role::User, None)]
#[case::user_into_user(Role::User, Role::User, Some(MergeRefusal::Roles))]
#[case::user_into_lead(Role::User, Role::Lead, Some(MergeRefusal::Roles))]
#[case::lead_into_lead(Role::Lead, Role::Lead, Some(MergeRefusal::Roles))]
fn line_10_merge(#[case] from: Role, #[case] into: Role, #[case] refusal: Option<MergeRefusal>) {
    let of = |role| Traits { role, email: None, phone: None };
    let rules = MergeRules::default();
    assert_eq!(merge_refusals(of(from), of(into), false, rules).first().copied(), refusal);
    assert_eq!(outcome(Some(&"lead's"), Some(&"user's")), Some(Outcome::Discarded));
    assert_eq!(outcome(Some(&"lead's"), None), Some(Outcome::Adopted));
    assert_eq!(outcome(None, Some(&"user's")), None);
    assert_eq!(Topic::ContactMerged.as_str(), "contact.merged");
}

/// 11: what is told of an end. That nothing is left, and that an archived contact comes back: stories
/// `who_is_archived_comes_back_and_who_is_blocked_does_not`, `a_person_is_exported_and_erased`.
#[rstest]
#[case(Topic::ContactDeleted, "contact.deleted")]
#[case(Topic::ContactArchived, "contact.archived")]
#[case(Topic::ContactUnarchived, "contact.unarchive")]
#[case(Topic::ConversationDeleted, "conversation.deleted")]
fn line_11_end(#[case] topic: Topic, #[case] word: &str) {
    assert_eq!(topic.as_str(), word);
    // Who deleted or blocked contacts were is nobody's to return to: they are not found, and so not decided about.
    assert_eq!(decide(&Found::default()), Decision::Nobody);
}

const TWO: &[Reply] = &[Reply { part_id: 5, at: 1000 }, Reply { part_id: 7, at: 1060 }];

/// 12: the mail about a reply. That writing counts as seeing: story `both_sides_see_what_the_other_has_read`.
#[rstest]
#[case::no_reply(&[], 0, 0, DELAY, 5000, Due::Nothing)]
#[case::not_yet(TWO, 0, 0, DELAY, 1179, Due::At(1180))]
#[case::together(TWO, 0, 0, DELAY, 1180, Due::Now(vec![5, 7]))]
#[case::seen_before(TWO, 7, 0, DELAY, 5000, Due::Nothing)]
#[case::seen_in_part(TWO, 5, 0, DELAY, 5000, Due::Now(vec![7]))]
#[case::wrote_after_it(TWO, 8, 0, DELAY, 5000, Due::Nothing)]
#[case::told_once(TWO, 0, 7, DELAY, 5000, Due::Nothing)]
#[case::at_once(TWO, 0, 0, 0, 1060, Due::Now(vec![5, 7]))]
#[case::never_later_than_ten_minutes(TWO, 0, 0, 9999, 1659, Due::At(1660))]
#[case::never_before_it_is_written(TWO, 0, 0, -5, 1059, Due::At(1060))]
fn line_12_mail_about_a_reply(
    #[case] replies: &[Reply],
    #[case] seen_up_to: i64,
    #[case] told_up_to: i64,
    #[case] delay: i64,
    #[case] now: i64,
    #[case] due: Due,
) {
    assert_eq!(mail_due(Unseen { replies, seen_up_to, told_up_to }, delay, now), due);
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Lead), Just(Role::User)]
}

proptest! {
    /// A mail and a row never reach a lead who has only typed the address, nor anybody not among the candidates.
    #[test]
    fn an_unverified_lead_is_never_touched(
        people in proptest::collection::vec((role(), any::<bool>(), any::<bool>(), 0..4_i64), 0..6),
    ) {
        let ids: Vec<String> = (0..people.len()).map(|number| number.to_string()).collect();
        let unverified = |id: &String| {
            let (role, verified, ..) = people[id.parse::<usize>().unwrap()];
            role == Role::Lead && !verified
        };
        let mailers: Vec<_> = people.iter().zip(&ids).map(|(&(role, verified, _, active_at), id)| {
            inbound_mail::Candidate { id, role, verified, active_at }
        }).collect();
        if let Sender::Attach(id) = sender_of_mail(&mailers) {
            prop_assert!(!unverified(&id));
        }
        let rows: Vec<_> = people.iter().zip(&ids).map(|(&(role, verified, archived, active_at), id)| {
            import::Candidate { id, role, verified, archived, active_at }
        }).collect();
        match import_lead(&rows) {
            Import::UpdateVerified(id) => prop_assert!(!unverified(&id)),
            Import::MergeIntoUser { .. } => prop_assert!(people.iter().any(|one| one.0 == Role::User)),
            Import::CreateVerified => {
                // The same row again finds whom it made.
                let mut again = rows.clone();
                again.push(import::Candidate { id: "new", role: Role::Lead, verified: true, archived: false, active_at: 9 });
                prop_assert_eq!(import_lead(&again), Import::UpdateVerified("new".to_owned()));
            }
        }
    }

    /// Looked at whenever it asks to be, each reply that is not seen is mailed exactly once, and none that is.
    #[test]
    fn each_unseen_reply_is_mailed_once(
        times in proptest::collection::vec(0..2000_i64, 0..8), seen_up_to in 0..9_i64, delay in -10..700_i64,
    ) {
        let replies: Vec<Reply> = (1..).zip(times).map(|(part_id, at)| Reply { part_id, at }).collect();
        let (mut told_up_to, mut now, mut mailed) = (0, 0, Vec::new());
        loop {
            match mail_due(Unseen { replies: &replies, seen_up_to, told_up_to }, delay, now) {
                Due::Nothing => break,
                Due::At(at) => {
                    prop_assert!(at > now);
                    now = at;
                }
                Due::Now(parts) => {
                    told_up_to = *parts.last().unwrap();
                    mailed.extend(parts);
                }
            }
        }
        let unseen: Vec<i64> = replies.iter().map(|reply| reply.part_id).filter(|id| *id > seen_up_to).collect();
        prop_assert_eq!(mailed, unseen);
    }
}
