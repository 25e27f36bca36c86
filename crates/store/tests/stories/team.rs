//! Workspaces, teammates, tokens, and what a teammate changes about a person.

use doorstep_domain::identity::VerificationMode;
use doorstep_store::{ContactEdit, Error, TokenAccess, WorkspaceWrite};

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
        assert_eq!(world.store.edit_contact(world.workspace.id, id, clear, NOON).await.unwrap().email, None);
        assert_eq!(world.seq().await, seq + 1);
        let nobody = world.store.edit_contact(world.workspace.id, "f".repeat(24), ContactEdit::default(), NOON).await;
        assert!(matches!(nobody, Err(Error::NotFound(_))));
    }
}
