//! What the app must ask for so that Android shows its notifications.

use super::{Bench, head};
use crate::catalog::Basis;
use crate::evidence::Says;
use crate::lang::Bilingual;

/// From this target on notifications need a permission that is asked for at run time.
const RUNTIME_PERMISSION: u32 = 33;
const PERMISSION: &str = "android.permission.POST_NOTIFICATIONS";
const SOURCE: &str = "https://developer.android.com/develop/ui/views/notifications/notification-permission";

pub(super) fn check(bench: &mut Bench<'_>) {
    const FINDING: &str = "display.permission-not-declared";
    let Some(manifest) = bench.merged() else { return };
    if manifest.target_sdk.is_none_or(|t| t < RUNTIME_PERMISSION) {
        return;
    }
    if manifest.permissions.iter().any(|p| p == PERMISSION) {
        return bench.passed(None, FINDING);
    }
    let remark = Bilingual::new(
        format!("The manifest does not ask for {PERMISSION}."),
        format!("清单没有申请 {PERMISSION}。"),
    );
    bench.add(None, FINDING, Says::Warn, (SOURCE, Basis::Documented), vec![head(manifest)], remark);
    bench.only_from(RUNTIME_PERMISSION);
}
