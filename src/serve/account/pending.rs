//! Between the password and the second factor: the session knows whose password was right, and nothing is shown for it.

use serde::{Deserialize, Serialize};

use crate::model::User;
use crate::serve::guard::Visitor;
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;
use crate::serve::routes;

/// What the session holds it under.
const KEY: &str = "pending";

/// For how many seconds a right password waits for its second factor.
const SECONDS: i64 = 10 * 60;

/// A right password that waits for its second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    user: i64,
    since: i64,
    /// Where the person wanted to go.
    pub next: String,
}

impl Pending {
    /// Begins to wait.
    pub async fn begin(visitor: &Visitor, user: &User, next: &str) -> Result<(), Problem> {
        let since = chrono::Utc::now().timestamp();
        visitor.remember(KEY, Pending { user: user.id, since, next: next.to_owned() }).await
    }

    /// Who waits, if the time is not over; else they begin again, by way of the first page.
    pub async fn of(visitor: &Visitor, portal: &Portal) -> Result<Option<(User, Self)>, Problem> {
        let pending: Option<Self> = visitor.recall(KEY).await?;
        let fresh = |p: &Self| chrono::Utc::now().timestamp() - p.since <= SECONDS;
        let Some(pending) = pending.filter(fresh) else { return Ok(None) };
        let id = pending.user;
        let user = portal.ask(move |_, ledger| ledger.user(id)).await?;
        Ok(user.filter(|u| u.is_active).map(|user| (user, pending)))
    }
}

/// Where a person goes after signing in: to where they wanted, if that is a page of ours.
pub fn destination(next: &str, user: &User) -> String {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    let doors = ["/sign-in", "/sign-out", "/welcome"];
    if ours && next != "/" && !doors.iter().any(|d| next.starts_with(d)) {
        next.to_owned()
    } else {
        routes::beginning(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    #[test]
    fn nobody_is_led_to_another_site() {
        let user = User {
            id: 1,
            email: "a@x.example".into(),
            name: "A".into(),
            role: Role::Board,
            agency: None,
            is_active: true,
            has_totp: false,
            created_at: String::new(),
            signed_in_at: None,
        };
        for (next, to) in [
            ("/board/map?theme=neglect", "/board/map?theme=neglect"),
            ("", "/board"),
            ("/", "/board"),
            ("//evil.example", "/board"),
            ("/\\evil.example", "/board"),
            ("https://evil.example", "/board"),
            ("/sign-out", "/board"),
            ("/board\r\nSet-Cookie: x", "/board"),
        ] {
            assert_eq!(destination(next, &user), to, "{next:?}");
        }
    }
}
