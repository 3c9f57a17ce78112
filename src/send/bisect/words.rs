//! The sentences of a comparison: what was seen, and who acts.

use super::{Bisection, Fate, Known, Refusal, Side};
use crate::catalog::{Catalog, Confidence};
use crate::lang::{Bilingual, spaced};

/// Which of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Mps,
    Direct,
    Both,
}

/// Speaks of one vendor and one target.
pub struct Words<'a> {
    catalog: &'a Catalog,
    vendor: &'a str,
    name: Bilingual,
    known: &'a Known,
}

fn said(side: Side, confidence: Confidence, en: String, zh: &str) -> Bisection {
    Bisection { side, confidence, summary: Bilingual::new(en, spaced(zh)) }
}

impl<'a> Words<'a> {
    pub fn new(catalog: &'a Catalog, vendor: &'a str, known: &'a Known) -> Self {
        Words { catalog, vendor, name: named(catalog, vendor), known }
    }

    /// A code as people look it up, with what it means.
    fn code(&self, r: &Refusal) -> Bilingual {
        let Some(code) = &r.code else {
            return Bilingual::new("without a code that is known", "没有已知的错误码");
        };
        let name = named(self.catalog, &code.vendor);
        let entry = self.catalog.code(&code.vendor, &code.side, &code.code);
        let symbol = entry.map(|e| e.symbol.trim()).filter(|s| !s.is_empty() && *s != code.code);
        let symbol = symbol.map(|s| format!(" {s}")).unwrap_or_default();
        Bilingual::new(
            format!("{} {}{symbol}", name.en, code.code),
            format!("{} {}{symbol}", name.zh, code.code),
        )
    }

    /// Who acts on a code, by the catalogue.
    fn actor(&self, r: &Refusal) -> Bilingual {
        use crate::catalog::Owner;
        let entry = r.code.as_ref().and_then(|c| self.catalog.code(&c.vendor, &c.side, &c.code));
        let (en, zh) = match entry.map(|e| e.owner) {
            Some(Owner::User) => ("the phone's user", "手机用户"),
            Some(Owner::ConsoleOperator) => ("the operator of the consoles", "控制台管理员"),
            Some(Owner::Sender) => ("the sender", "消息发送方"),
            Some(Owner::Vendor) => ("the vendor", "厂商"),
            Some(Owner::Mps) => ("MPS's support", "MPS 技术支持"),
            Some(Owner::AppDeveloper | Owner::None) | None => ("the app's developer", "应用开发者"),
        };
        Bilingual::new(en, zh)
    }

    /// What the device state adds, as a further half sentence.
    fn hint(&self) -> Bilingual {
        let differs = self.known.vendor.as_deref().filter(|v| *v != self.vendor);
        if self.known.vendor_token == Some(false) {
            return Bilingual::new(
                "; MPS holds no vendor token of this device, so its message cannot go by the vendor's channel: the app's developer looks at the report of the token",
                "；MPS 没有该设备的厂商 token，其消息无法走厂商通道：请应用开发者检查 token 上报",
            );
        }
        if let Some(other) = differs {
            let other = named(self.catalog, other);
            return Bilingual::new(
                format!("; MPS takes the phone for one of {}", other.en),
                format!("；MPS 将该手机识别为{}", other.zh),
            );
        }
        if self.known.online == Some(false) && self.known.vendor_token.is_none() {
            return Bilingual::new(
                "; MPS says that the device is offline on its own channel",
                "；MPS 显示该设备的自建通道离线",
            );
        }
        Bilingual::default()
    }

    /// What became of a message, as a half sentence.
    fn fate(&self, fate: &Fate) -> Bilingual {
        let (en, zh) = match fate {
            Fate::Shown => ("was shown", "已展示"),
            Fate::Kept => ("reached the phone and was kept from being shown", "到达手机但未能展示"),
            Fate::Lost => ("was accepted and did not show on the phone", "已受理，但手机上没有出现"),
            Fate::Taken => ("was accepted, and nobody watched the phone", "已受理，但没有观察手机"),
            Fate::Nothing => ("has no certain answer", "没有得到明确应答"),
            Fate::Refused(r) => {
                let code = self.code(r);
                return Bilingual::new(
                    format!("was refused ({})", code.en),
                    format!("被拒绝（{}）", code.zh),
                );
            }
        };
        Bilingual::new(en, zh)
    }

    pub fn both_shown(&self) -> Bisection {
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::None,
            Confidence::High,
            format!("The phone showed both messages: MPS, {en} and the phone work, nobody has to act."),
            &format!("手机展示了两条消息：MPS、{zh}和手机都正常，无需处理。"),
        )
    }

    pub fn mps_shown(&self, direct: &Fate) -> Bisection {
        let fate = self.fate(direct);
        said(
            Side::None,
            Confidence::High,
            format!(
                "The phone showed the message through MPS, so that way works; the direct one {}, which concerns only its own credentials, token or class: the sender looks at those.",
                fate.en
            ),
            &format!(
                "手机展示了经 MPS 发送的消息，这条链路正常；直发的消息{}，只与直发所用的凭证、token 或消息类别有关：请发送方检查。",
                fate.zh
            ),
        )
    }

    pub fn mps_kept_direct_shown(&self) -> Bisection {
        said(
            Side::Mps,
            Confidence::Medium,
            "The phone showed the direct message and kept the one through MPS from being shown: the sender compares channel and class of the two (ChannelId, ThirdChannelCategory, Classification).".to_owned(),
            "手机展示了直发的消息，却没有展示经 MPS 到达的消息：请发送方比较两者的通知渠道和消息类别（ChannelId、ThirdChannelCategory、Classification）。",
        )
    }

    pub fn kept(&self, which: Which, confidence: Confidence) -> Bisection {
        let (en, zh) = match which {
            Which::Mps => ("The message through MPS", "经 MPS 发送的消息"),
            Which::Direct => ("The direct message", "直发的消息"),
            Which::Both => ("Both messages", "两条消息都"),
        };
        said(
            Side::Phone,
            confidence,
            format!(
                "{en} reached the phone, which kept it from being shown: the phone's user looks at the app's notifications, the app's developer at its channels."
            ),
            &format!(
                "{zh}到达了手机，但被手机拦下没有展示：请手机用户检查应用的通知设置，应用开发者检查通知渠道。"
            ),
        )
    }

    pub fn mps_credentials(&self, r: &Refusal, direct: &Fate) -> Bisection {
        let (code, fate) = (self.code(r), self.fate(direct));
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "MPS refused the credentials of this sender ({}), so its way was not tried; the direct message {}: the sender sets the AccessKey right and tries again.",
                code.en, fate.en
            ),
            &format!(
                "MPS 拒绝了发送方的凭证（{}），MPS 链路没有得到检验；直发的消息{}：请发送方更正 AccessKey 后重试。",
                code.zh, fate.zh
            ),
        )
    }

    pub fn mps_refused(&self, r: &Refusal, direct: &Fate, confidence: Confidence) -> Bisection {
        let (code, fate, actor, hint) = (self.code(r), self.fate(direct), self.actor(r), self.hint());
        let (en, zh) = (&self.name.en, &self.name.zh);
        if r.by_vendor {
            return said(
                Side::Mps,
                confidence,
                format!(
                    "{en} refused the message from MPS ({}), while the direct one {}: the operator of the MPS console compares its credentials, package and token of {en} with those used here, the sender the message's class{}.",
                    code.en, fate.en, hint.en
                ),
                &format!(
                    "{zh}拒绝了 MPS 转发的消息（{}），而直发的消息{}：请 MPS 控制台管理员核对{zh}的凭证、包名和 token 与此处所用是否一致，请发送方核对消息类别{}。",
                    code.zh, fate.zh, hint.zh
                ),
            );
        }
        said(
            Side::Mps,
            confidence,
            format!(
                "MPS itself refused the message ({}), while the direct one {}: {} acts on that code first{}.",
                code.en, fate.en, actor.en, hint.en
            ),
            &format!(
                "MPS 自身拒绝了消息（{}），而直发的消息{}：请{}先处理该错误码{}。",
                code.zh, fate.zh, actor.zh, hint.zh
            ),
        )
    }

    pub fn same_code(&self, r: &Refusal) -> Bisection {
        let (code, actor) = (self.code(r), self.actor(r));
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::Vendor,
            Confidence::High,
            format!(
                "{en} refused both messages with the same code ({}): the cause lies with the vendor or the app's settings there, not with MPS; {} acts.",
                code.en, actor.en
            ),
            &format!(
                "{zh}用同一个错误码（{}）拒绝了两条消息：原因在厂商一侧或应用在厂商处的配置，与 MPS 无关；请{}处理。",
                code.zh, actor.zh
            ),
        )
    }

    pub fn direct_credentials(&self, mps: &Fate, r: &Refusal) -> Bisection {
        let (code, fate) = (self.code(r), self.fate(mps));
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "{en} refused the credentials of the direct send ({}), which says nothing about MPS; the message through MPS {}: the sender sets the credentials right and tries again.",
                code.en, fate.en
            ),
            &format!(
                "{zh}拒绝了直发所用的凭证（{}），这不能说明 MPS 是否有问题；经 MPS 发送的消息{}：请发送方更正凭证后重试。",
                code.zh, fate.zh
            ),
        )
    }

    pub fn both_refused(&self, m: &Refusal, d: &Refusal) -> Bisection {
        let (mps, direct) = (self.code(m), self.code(d));
        let (actor, then) = (self.actor(m), self.actor(d));
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::Mps,
            Confidence::Medium,
            format!(
                "MPS itself refused the message ({}) before any vendor was asked: {} acts on that first; {en} refused the direct one too ({}), which is for {} then.",
                mps.en, actor.en, direct.en, then.en
            ),
            &format!(
                "MPS 自身拒绝了消息（{}），还没有轮到厂商：请{}先处理；{zh}也拒绝了直发的消息（{}），之后请{}处理。",
                mps.zh, actor.zh, direct.zh, then.zh
            ),
        )
    }

    pub fn direct_refused(&self, mps: &Fate, r: &Refusal) -> Bisection {
        let (code, fate, actor) = (self.code(r), self.fate(mps), self.actor(r));
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::Vendor,
            Confidence::Medium,
            format!(
                "{en} refused the direct message ({}), and the one through MPS {}: the cause is likely with the vendor, the app's settings there or the token; {} acts.",
                code.en, fate.en, actor.en
            ),
            &format!(
                "{zh}拒绝了直发的消息（{}），经 MPS 发送的消息{}：原因可能在厂商一侧、应用在厂商处的配置或 token；请{}处理。",
                code.zh, fate.zh, actor.zh
            ),
        )
    }

    pub fn lost_in_mps(&self) -> Bisection {
        let (hint, en, zh) = (self.hint(), &self.name.en, &self.name.zh);
        said(
            Side::Mps,
            Confidence::High,
            format!(
                "The phone showed the direct message and not the one that MPS accepted: the operator of the MPS console checks the channel's switch, credentials and package of {en}, the sender the target id and the class{}.",
                hint.en
            ),
            &format!(
                "手机展示了直发的消息，却没有出现 MPS 已受理的消息：请 MPS 控制台管理员检查{zh}通道的开关、凭证和包名，请发送方检查目标 ID 和消息类别{}。",
                hint.zh
            ),
        )
    }

    pub fn lost_on_the_phone(&self) -> Bisection {
        let (en, zh) = (&self.name.en, &self.name.zh);
        said(
            Side::Phone,
            Confidence::Medium,
            format!(
                "Both messages were accepted and the phone showed neither: the phone's user looks at its network and notifications, the sender at class and quota in {en}'s receipts and statistics."
            ),
            &format!(
                "两条消息都已受理，手机都没有展示：请手机用户检查网络和通知设置，请发送方在{zh}的回执和统计中检查消息类别与配额。"
            ),
        )
    }

    pub fn nobody_watched(&self) -> Bisection {
        let hint = self.hint();
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "Both messages were accepted, but what the phone did with them was not watched, so nothing tells the sides apart{}; the sender watches the phone with --wait --adb to settle it.",
                hint.en
            ),
            &format!(
                "两条消息都已受理，但没有观察手机上的情况，无法判断问题在哪一侧{}；请发送方加上 --wait --adb 观察手机后再判断。",
                hint.zh
            ),
        )
    }

    pub fn mps_not_watched(&self) -> Bisection {
        let (hint, en, zh) = (self.hint(), &self.name.en, &self.name.zh);
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "The phone showed the direct message, so {en} and the phone work; the one through MPS was accepted while nobody watched{}: the sender watches both with --wait --adb.",
                hint.en
            ),
            &format!(
                "手机展示了直发的消息，{zh}和手机正常；经 MPS 发送的消息已受理，但没有观察手机{}：请发送方加上 --wait --adb 同时观察两条消息。",
                hint.zh
            ),
        )
    }

    pub fn no_outcome(&self, m: &Fate, d: &Fate) -> Bisection {
        let (mps, direct) = (self.fate(m), self.fate(d));
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "The message through MPS {}, the direct one {}: two certain outcomes are needed to tell the sides apart; the sender looks at the trouble named above and compares again.",
                mps.en, direct.en
            ),
            &format!(
                "经 MPS 发送的消息{}，直发的消息{}：要有两个明确的结果才能判断问题在哪一侧；请发送方先处理上述问题再比较。",
                mps.zh, direct.zh
            ),
        )
    }

    pub fn only_with_the_flag(&self, without: &Fate, confidence: Confidence) -> Bisection {
        let (fate, en, zh) = (self.fate(without), &self.name.en, &self.name.zh);
        said(
            Side::Vendor,
            confidence,
            format!(
                "Only the message with {en}'s test flag was shown; the one without it {}: quota or review of the message's class is the likely cause, and the sender asks for the right class in {en}'s console.",
                fate.en
            ),
            &format!(
                "只有带{zh}测试标记的消息得到展示；不带标记的消息{}：原因可能是配额或消息类别审核，请发送方在{zh}控制台申请相应的消息类别。",
                fate.zh
            ),
        )
    }

    pub fn perhaps_the_flag(&self) -> Bisection {
        let (hint, en, zh) = (self.hint(), &self.name.en, &self.name.zh);
        said(
            Side::Unknown,
            Confidence::Low,
            format!(
                "The phone showed the direct message, but that one carried {en}'s test flag, which goes past quota and review; the one through MPS was accepted and not shown{}: the sender sends straight without the flag to tell quota or review from MPS.",
                hint.en
            ),
            &format!(
                "手机展示了直发的消息，但它带有{zh}的测试标记，不受配额和审核限制；经 MPS 发送的消息已受理但没有出现{}：请发送方去掉测试标记再直发一次，以区分是配额或审核的原因还是 MPS 的原因。",
                hint.zh
            ),
        )
    }
}

/// A vendor's name.
fn named(catalog: &Catalog, id: &str) -> Bilingual {
    catalog
        .vendor(id)
        .map(|v| Bilingual::new(v.en.as_ref(), v.zh.as_ref()))
        .unwrap_or_else(|| Bilingual::new(id, id))
}
