//! Workspaces, teammates, tokens, and what a teammate changes about a person.

use doorstep_domain::edit::Edit;
use doorstep_domain::identity::VerificationMode;
use doorstep_store::{AdminWrite, ContactEdit, Error, TokenAccess, WorkspaceWrite};

use crate::world::{NOON, World, new_admin, new_workspace, secret, story};

story! {
    async fn names_are_taken_once(world: &World) {
        let twice = world.store.create_workspace(new_workspace("demo")).await;
        assert!(matches!(twice, Err(Error::Conflict("app_id"))));
        let twice = world.store.create_admin(new_admin(world.workspace.id, "gRACE@EXAMPLE.com")).await;
        assert!(matches!(twice, Err(Error::Conflict("email"))));
        let (found, hash) = world.store.admin_by_email("grace@example.com").await.unwrap().unwrap();
        assert_eq!((found, hash.as_str()), (world.admin.clone(), "$argon2id$"));
        assert_eq!(world.store.team(world.workspace.id).await.unwrap(), std::slice::from_ref(&world.admin));
        assert!(world.store.workspace_by_app_id("nobody").await.unwrap().is_none());
    }
}

story! {
    async fn a_workspace_changes_what_is_named(world: &World) {
        let write = WorkspaceWrite { name: Some("Fernwood".to_owned()), ..WorkspaceWrite::default() };
        world.store.update_workspace(world.workspace.id, write).await.unwrap();
        let write = WorkspaceWrite {
            identity_mode: Some(VerificationMode::Required),
            settings: Some("{\"eager\":true}".to_owned()),
            ..WorkspaceWrite::default()
        };
        let done = world.store.update_workspace(world.workspace.id, write).await.unwrap();
        assert_eq!((done.name.as_str(), done.identity_mode, done.settings.as_str()), ("Fernwood", VerificationMode::Required, "{\"eager\":true}"));
        let nobody = world.store.update_workspace(world.workspace.id + 1, WorkspaceWrite::default()).await;
        assert!(matches!(nobody, Err(Error::NotFound("workspace"))));
    }
}

story! {
    async fn a_log_in_ends_by_time_and_by_hand(world: &World) {
        let (kept, over) = (secret(), secret());
        for hash in [kept, over] {
            world.store.create_admin_session(world.admin.id, hash, NOON, NOON + 10).await.unwrap();
        }
        assert!(world.store.admin_by_session(&kept, NOON).await.unwrap().is_some());
        assert!(world.store.admin_by_session(&kept, NOON + 10).await.unwrap().is_none());
        world.store.revoke_admin_session(over).await.unwrap();
        world.store.revoke_admin_session(over).await.unwrap();
        assert!(world.store.admin_by_session(&over, NOON).await.unwrap().is_none());
        assert!(world.store.admin_by_session(&kept, NOON).await.unwrap().is_some());
    }
}

story! {
    async fn a_token_names_its_workspace(world: &World) {
        let hash = secret();
        let id = world.store.create_token(world.workspace.id, hash, "CI".to_owned(), TokenAccess::Read, NOON).await.unwrap();
        let found = world.store.token(&hash).await.unwrap().unwrap();
        assert_eq!((found.workspace.app_id.as_str(), found.access), ("demo", TokenAccess::Read));
        assert!(world.store.token(&secret()).await.unwrap().is_none());
        for _ in 0..2 {
            world.store.revoke_token(world.workspace.id, id, NOON + 1).await.unwrap();
        }
        assert!(world.store.token(&hash).await.unwrap().is_none());
        let listed = world.store.tokens(world.workspace.id).await.unwrap();
        assert_eq!((listed.len(), listed[0].revoked_at), (1, Some(NOON + 1)));
        assert!(matches!(world.store.revoke_token(world.workspace.id, id + 1, NOON).await, Err(Error::NotFound(_))));
    }
}

story! {
    async fn an_edit_is_told_once_and_clears_with_an_empty_text(world: &World) {
        let id = world.browser().write("hello").await.contact.id;
        let edit = ContactEdit { email: Some("Ada@example.com".to_owned()), ..ContactEdit::default() };
        let edited = world.store.edit_contact(world.workspace.id, id.clone(), edit.clone(), NOON).await.unwrap();
        assert_eq!((edited.email.as_deref(), edited.email_verified), (Some("Ada@example.com"), false));
        let seq = world.seq().await;
        world.store.edit_contact(world.workspace.id, id.clone(), edit, NOON).await.unwrap();
        assert_eq!(world.seq().await, seq);
        let clear = ContactEdit { email: Some(String::new()), ..ContactEdit::default() };
        assert_eq!(world.store.edit_contact(world.workspace.id, id.clone(), clear, NOON).await.unwrap().email, None);
        assert_eq!(world.heard(&id, seq).await.len(), 1);
        let nobody = world.store.edit_contact(world.workspace.id, "f".repeat(24), ContactEdit::default(), NOON).await;
        assert!(matches!(nobody, Err(Error::NotFound(_))));
    }
}

story! {
    async fn teams_have_names_members_and_ids_of_their_own(world: &World) {
        let (store, workspace) = (&world.store, world.workspace.id);
        let first = store.teams(workspace).await.unwrap();
        assert_eq!(first.iter().map(|team| (&*team.name, team.admin_ids.len())).collect::<Vec<_>>(), [("Support", 0)]);
        let sales = store.create_team(workspace, "Sales".to_owned(), NOON).await.unwrap();
        assert!(sales > first[0].id && first[0].id > world.admin.id + 1_000_000);
        let twice = store.create_team(workspace, "Sales".to_owned(), NOON).await;
        assert!(matches!(twice, Err(Error::Conflict("team name"))));
        let taken = store.rename_team(workspace, first[0].id, "Sales".to_owned()).await;
        assert!(matches!(taken, Err(Error::Conflict("team name"))));
        store.rename_team(workspace, first[0].id, "Help".to_owned()).await.unwrap();
        for _ in 0..2 {
            store.set_team_member(workspace, sales, world.admin.id, true).await.unwrap();
        }
        let members = |teams: Vec<doorstep_store::TeamRecord>| {
            teams.into_iter().map(|team| (team.name, team.admin_ids)).collect::<Vec<_>>()
        };
        let filled = [("Help".to_owned(), vec![]), ("Sales".to_owned(), vec![world.admin.id])];
        assert_eq!(members(store.teams(workspace).await.unwrap()), filled);
        for _ in 0..2 {
            store.set_team_member(workspace, sales, world.admin.id, false).await.unwrap();
        }
        assert!(store.teams(workspace).await.unwrap().iter().all(|team| team.admin_ids.is_empty()));
    }
}

story! {
    async fn a_team_takes_teammates_of_its_own_workspace(world: &World) {
        let other = world.store.create_workspace(new_workspace("other")).await.unwrap();
        let stranger = world.store.create_admin(new_admin(other.id, "stranger@example.com")).await.unwrap();
        let team = world.store.teams(world.workspace.id).await.unwrap()[0].id;
        let theirs = world.store.teams(other.id).await.unwrap()[0].id;
        let foreign = world.store.set_team_member(world.workspace.id, team, stranger.id, true).await;
        assert!(matches!(foreign, Err(Error::NotFound("admin"))));
        let foreign = world.store.set_team_member(world.workspace.id, theirs, world.admin.id, true).await;
        assert!(matches!(foreign, Err(Error::NotFound("team"))));
        let foreign = world.store.rename_team(world.workspace.id, theirs, "Ours".to_owned()).await;
        assert!(matches!(foreign, Err(Error::NotFound("team"))));
    }
}

story! {
    async fn a_teammate_is_changed_where_something_is_said(world: &World) {
        let write = AdminWrite {
            job_title: Edit::Set("Analyst".to_owned()),
            away_mode_enabled: Some(true),
            ..AdminWrite::default()
        };
        let done = world.store.update_admin(world.workspace.id, world.admin.id, write).await.unwrap();
        assert_eq!((done.name.as_str(), done.job_title.as_deref()), ("Grace", Some("Analyst")));
        assert!(done.away_mode_enabled && !done.away_mode_reassign);
        let write = AdminWrite { job_title: Edit::Clear, ..AdminWrite::default() };
        let done = world.store.update_admin(world.workspace.id, world.admin.id, write).await.unwrap();
        assert_eq!((done.job_title, done.away_mode_enabled), (None, true));
        let nobody = world.store.update_admin(world.workspace.id + 1, world.admin.id, AdminWrite::default()).await;
        assert!(matches!(nobody, Err(Error::NotFound("admin"))));
    }
}
