//! The help in both languages: Chinese texts for every command and argument, examples, exit codes.
//!
//! English texts of arguments stand beside the arguments; a test checks that each has its Chinese
//! twin here.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};

use crate::lang::Lang;

/// Chinese texts: `command` or `command.argument` (the program itself is ``).
const ZH: &[(&str, &str)] = &[
    ("", "找出推送消息在到达安卓手机的路上断在哪一环"),
    (".lang", "提示语言；JSON 的键始终是英文 [默认：取自环境变量]"),
    (".color", "何时使用颜色"),
    (".ambiguous_width", "终端里“宽度不定”的字符占几列 [默认：中文为 2，已知终端除外]"),
    (".error_codes", "自己的错误码与日志特征目录，优先于内置内容"),
    ("diagnose", "逐环检查设备日志、bugreport 或目录，指出最先断开的一环"),
    ("diagnose.paths", "文件、目录、压缩包或 bugreport；`-` 表示读标准输入"),
    ("diagnose.adb", "直接检查已连接的手机：采集后立即判断"),
    ("diagnose.follow", "持续读取手机日志，链路有变化就显示；按 Ctrl-C 结束并给出最后的结果"),
    ("diagnose.serial", "手机序列号（见 adb devices），连接多部手机时需要 [默认：ANDROID_SERIAL]"),
    ("diagnose.adb_server", "adb 服务地址 [默认：与 adb 相同，127.0.0.1:5037]"),
    ("diagnose.timeout", "手机上的命令多少秒没有输出就放弃 [默认：30]"),
    ("diagnose.since", "只看这个时间之后的日志：`06-14 09:58`、`2024-06-14T09:58:02+08:00`"),
    ("diagnose.until", "只看这个时间之前的日志"),
    ("diagnose.year", "时间戳里没有年份时用的年份"),
    ("diagnose.tz", "时间戳里没有时区时用的时区：`+08:00`、`Asia/Shanghai`"),
    ("diagnose.encoding", "输入的字符编码：`gb18030`、`utf-16le` [默认：自动识别]"),
    ("diagnose.app", "应用本身：APK、bundle、拆分 APK，或其中的清单文件、agconnect-services.json 等；可重复"),
    ("diagnose.config", "应用和各家后台的已知信息 [默认：当前目录或用户配置目录下的 pushdoctor.toml]"),
    ("diagnose.server_log", "服务端日志及其导出：文件、目录或压缩包；可重复"),
    ("diagnose.receipt", "应用服务端收到的厂商送达回执；可重复"),
    ("diagnose.sls", "按配置文件 [sls] 查询阿里云日志服务"),
    ("diagnose.profile", "自有服务端日志的读取规则；可重复"),
    ("diagnose.server_complete", "服务端日志包含全部服务器和完整时间段：没有的就是没发生"),
    ("diagnose.mps_status", "MPS 控制台显示的该消息推送状态：`2`、`0` 或厂商错误码"),
    ("diagnose.user", "消息发给的用户 ID"),
    ("diagnose.device", "设备：ad-token，或网关的设备 ID"),
    ("diagnose.token", "手机的厂商 token"),
    ("diagnose.vendor", "检查这个厂商的通道 [默认：手机自己的厂商]"),
    ("diagnose.package", "检查这个应用 [默认：线索最多的应用]"),
    ("diagnose.msg", "追查这条消息"),
    ("diagnose.check", "只做这一项检查：环节、结论编号或错误码；可重复"),
    ("diagnose.skip", "跳过这一项检查；可重复"),
    ("diagnose.list_checks", "列出全部检查项后退出"),
    ("diagnose.fail_on", "从哪种状态起退出码为 1"),
    ("diagnose.format", "报告格式"),
    ("diagnose.output", "把报告写到文件，而不是标准输出"),
    ("diagnose.no_redact", "原样显示 token、用户 ID 和手机号；密钥仍然隐藏"),
    ("diagnose.no_progress", "不显示进度条"),
    ("explain-code", "解释厂商错误码、接口应答或日志行"),
    ("explain-code.terms", "厂商与错误码，顺序和写法不限；也可以是 JSON 应答或一行日志；`-` 表示读标准输入"),
    ("explain-code.side", "只看这一侧的码：client、server、receipt 等"),
    ("explain-code.search", "在中英文说明里搜索；每个词都要出现"),
    ("explain-code.list", "逐行列出错误码"),
    ("explain-code.format", "输出格式"),
    ("logs", "列出服务端日志的内容：token 上报、消息下发、厂商应答、送达回执"),
    ("logs.kind", "哪类记录"),
    ("logs.paths", "服务端日志及其导出：文件、目录或压缩包；`-` 表示读标准输入"),
    ("logs.server_log", "同上，按名称指定；可重复"),
    ("logs.sls", "按配置文件 [sls] 查询阿里云日志服务"),
    ("logs.profile", "自有日志的读取规则；可重复"),
    ("logs.server_complete", "文件包含全部服务器和完整时间段：没有的就是没发生"),
    ("logs.since", "只看这个时间之后的记录：`09:58`（今天）、`06-14 09:58`、`2024-06-14T09:58:02+08:00`"),
    ("logs.until", "只看这个时间之前的记录"),
    ("logs.tz", "时间戳里没有时区时用的时区：`+08:00`、`Asia/Shanghai`"),
    ("logs.encoding", "输入的字符编码：`gb18030`、`utf-16le` [默认：自动识别]"),
    ("logs.config", "应用和各家后台的已知信息 [默认：当前目录或用户配置目录下的 pushdoctor.toml]"),
    ("logs.user", "只看这个用户"),
    ("logs.device", "只看这台设备：ad-token，或网关的设备 ID"),
    ("logs.token", "只看这个厂商 token"),
    ("logs.msg", "只看这条消息（任一种消息 ID 均可）"),
    ("logs.code", "只看这个错误码：`huawei:80300007`、`7002`"),
    ("logs.vendor", "只看这个厂商"),
    ("logs.operation", "只看这个接口，例如 `alipay.client.yunpushcore.device.report`；可重复"),
    ("logs.format", "列表格式"),
    ("logs.output", "把列表写到文件，而不是标准输出"),
    ("logs.limit", "表格最多显示多少条"),
    ("logs.no_redact", "原样显示 token、用户 ID 和手机号；密钥仍然隐藏"),
    ("logs.no_progress", "不显示进度条"),
    ("send-test", "通过 MPS 或直接向厂商发一条测试消息，并沿链路追踪它"),
    ("send-test.device", "通过 MPS 发给这台设备：ad-token"),
    ("send-test.user", "通过 MPS 发给这个用户"),
    ("send-test.token", "直接向 --via 指定的厂商发给这个厂商 token"),
    ("send-test.package", "应用包名，部分厂商和手机日志需要 [默认：取自配置文件]"),
    ("send-test.via", "发送途径：mps 或某个厂商 [默认：mps]"),
    ("send-test.bisect", "通过 MPS 和直接向厂商各发一条，判断问题出在哪一侧"),
    ("send-test.api", "MPS 接口：simple、template、multiple 或 broadcast [默认：simple]"),
    ("send-test.title", "通知标题 [默认：pushdoctor]"),
    ("send-test.content", "通知内容 [默认：当前时间加编号，便于查找]"),
    ("send-test.msg", "自定义消息 ID [默认：自动生成]"),
    ("send-test.ttl", "消息有效期，单位秒"),
    ("send-test.set", "接口参数，写法与接口文档一致：`NotifyLevel={\"hms\":2}`；可重复"),
    ("send-test.dry_run", "只显示完整请求，不发送"),
    ("send-test.yes", "不询问，直接发送"),
    ("send-test.again", "可能已经发过的消息也再发一次"),
    ("send-test.confirm_broadcast", "广播会发给所有人：只有填写的应用 ID 一致时才发送"),
    ("send-test.revoke", "按消息 ID 撤回之前的测试消息 [默认：最近一条]；不发送新消息"),
    ("send-test.history", "列出本机发过的测试消息"),
    ("send-test.wait", "追踪消息结果的时长：`30s`、`2m` [默认：60s]"),
    ("send-test.adb", "追踪已连接手机的日志"),
    ("send-test.serial", "手机序列号（见 adb devices），连接多部手机时需要 [默认：ANDROID_SERIAL]"),
    ("send-test.adb_server", "adb 服务地址 [默认：与 adb 相同，127.0.0.1:5037]"),
    ("send-test.timeout", "手机上的命令多少秒没有输出就放弃 [默认：30]"),
    ("send-test.device_log", "追踪这份不断增长的手机日志"),
    ("send-test.server_log", "追踪这些服务端日志；可重复"),
    ("send-test.receipt", "追踪应用服务端收到的送达回执；可重复"),
    ("send-test.sls", "按配置文件 [sls] 追踪阿里云日志服务"),
    ("send-test.config", "接口地址、应用信息和密钥文件 [默认：当前目录或用户配置目录下的 pushdoctor.toml]"),
    ("send-test.format", "报告格式"),
    ("send-test.no_redact", "原样显示 token、用户 ID 和手机号；密钥仍然隐藏"),
    ("collect", "通过 adb 从手机采集诊断所需的全部内容，打成一个 zip"),
    ("collect.serial", "手机序列号（见 adb devices），连接多部手机时需要 [默认：ANDROID_SERIAL]"),
    ("collect.adb_server", "adb 服务地址 [默认：与 adb 相同，127.0.0.1:5037]"),
    ("collect.timeout", "手机上的命令多少秒没有输出就放弃 [默认：30]"),
    ("collect.package", "同时采集这个应用的版本、权限和通知设置；可重复"),
    ("collect.output", "写入的 zip 文件 [默认：当前目录下的 pushdoctor-日期-时间.zip]"),
    ("collect.force", "文件已存在时覆盖"),
    ("collect.no_progress", "不显示进度条"),
    ("ask", "生成给客户的取日志步骤（无需 adb），可直接粘贴到聊天里"),
    ("ask.vendor", "客户手机的品牌 [默认：所有安卓手机通用的方法]"),
    ("completions", "生成 shell 补全脚本"),
    ("completions.shell", "哪种 shell"),
    ("man", "输出手册页"),
    ("man.command", "哪个命令的手册页 [默认：程序本身]"),
];

/// Chinese texts of the values that clap lists.
const ZH_VALUES: &[(&str, &str)] = &[
    ("fail", "有断开的环节"),
    ("warn", "有断开或可疑的环节"),
    ("unknown", "凡是不能确认正常的"),
    ("never", "只要能运行就是 0"),
];

/// Headings of groups.
const HEADINGS: &[(&str, &str)] = &[
    ("Arguments", "参数"),
    ("Input", "输入"),
    ("Phone", "手机"),
    ("Server", "服务端"),
    ("Target", "检查对象"),
    ("Checks", "检查项"),
    ("Message", "消息"),
    ("Care", "确认与撤回"),
    ("Watching", "追踪"),
    ("Output", "输出"),
    ("Catalogue", "错误码库"),
];

/// Examples that open the help: commands that work as they stand.
pub const fn examples(command: &str) -> [&'static str; 3] {
    match command.as_bytes() {
        b"diagnose" => [
            "pushdoctor diagnose device.log getprop.txt",
            "pushdoctor diagnose --adb --package com.example.app",
            "adb logcat -d -v threadtime | pushdoctor diagnose -",
        ],
        b"logs" => [
            "pushdoctor logs report gateway-page-digest.log --device Wz4Zak5peDgDAGRNW5rFFGhT",
            "pushdoctor logs forward export.json --code huawei:80300007 --format csv",
            "pushdoctor logs forward --sls --msg eb03ea598a5244dab8787d3faa5a26e3 --since 09:00",
        ],
        b"send-test" => [
            "pushdoctor send-test --device Wz4Zak5peDgDAGRNW5rFFGhT --wait 60s --adb",
            "pushdoctor send-test --via huawei --token IQAAAACy0pvvAAD1 --dry-run",
            "pushdoctor send-test --user user1024 --bisect",
        ],
        b"collect" => [
            "pushdoctor collect --package com.example.app -o bundle.zip",
            "pushdoctor collect --serial ABC123 --package com.example.app",
            "pushdoctor diagnose bundle.zip --package com.example.app",
        ],
        b"ask" => {
            ["pushdoctor ask --vendor oppo --lang zh", "pushdoctor ask --vendor 华为", "pushdoctor ask"]
        }
        b"explain-code" => [
            "pushdoctor explain-code huawei 2",
            "pushdoctor explain-code '{\"code\":\"80300007\",\"msg\":\"All the tokens are invalid\",\"requestId\":\"1\"}'",
            "pushdoctor explain-code --search fingerprint",
        ],
        b"completions" => [
            "pushdoctor completions bash > /etc/bash_completion.d/pushdoctor",
            "pushdoctor completions zsh > ~/.zfunc/_pushdoctor",
            "pushdoctor completions powershell >> $PROFILE",
        ],
        b"man" => [
            "pushdoctor man > pushdoctor.1",
            "pushdoctor man diagnose > pushdoctor-diagnose.1",
            "pushdoctor man explain-code > pushdoctor-explain-code.1",
        ],
        _ => [
            "pushdoctor diagnose bugreport.zip --package com.example.app",
            "pushdoctor explain-code huawei 2",
            "pushdoctor diagnose --adb",
        ],
    }
}

/// The exit codes, as they stand at the end of every help.
pub const fn exit_codes(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "0    nothing is broken (healthy or degraded), or the answer was found\n\
             1    a broken link was found, a test message failed, or the code is not in the catalogue\n\
             2    could not run: usage, unknown vendor, unreadable or empty input\n\
             3    inconclusive: text was read, but no link could be judged or no record fits\n\
             130  interrupted"
        }
        Lang::Zh => {
            "0    没有断开的环节（正常或降级），或查到了结果\n\
             1    发现断开的环节、测试消息发送失败，或错误码库里没有这个码\n\
             2    无法运行：用法有误、未知厂商、输入为空或读不了\n\
             3    无法判断：读到了内容，但没有一环能下结论，或没有符合条件的记录\n\
             130  被中断"
        }
    }
}

/// The command with help texts, headings and examples in `lang`.
pub fn localise(command: Command, lang: Lang) -> Command {
    let command = command.mut_subcommands(|sub| dress(sub, lang)).disable_help_flag(true);
    let command = dress(command, lang).disable_version_flag(true).arg(
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help(lang.pick("Print the version", "显示版本")),
    );
    match lang {
        Lang::En => command.subcommand_help_heading("Commands"),
        Lang::Zh => command.subcommand_help_heading("命令").subcommand_value_name("命令"),
    }
}

/// One command: about, examples, arguments, exit codes.
fn dress(command: Command, lang: Lang) -> Command {
    let name = command.get_name().to_owned();
    let name = if name == "pushdoctor" { String::new() } else { name };
    let mut command = command.disable_help_flag(true);
    if lang == Lang::Zh {
        if let Some(about) = chinese(&name) {
            command = command.about(about);
        }
        command = command.mut_args(|arg| {
            let key = format!("{name}.{}", arg.get_id());
            let heading = arg.get_help_heading().map(str::to_owned);
            let mut arg = arg;
            if let Some(help) = chinese(&key) {
                let values = arg.get_possible_values();
                let listed = !arg.is_hide_possible_values_set()
                    && arg.get_action().takes_values()
                    && !values.is_empty();
                let mut text = help.to_owned();
                if listed {
                    let names: Vec<String> = values
                        .iter()
                        .map(|v| match ZH_VALUES.iter().find(|(en, _)| *en == v.get_name()) {
                            Some((en, zh)) if arg.get_id() == "fail_on" => format!("{en}（{zh}）"),
                            _ => v.get_name().to_owned(),
                        })
                        .collect();
                    text.push_str(&format!(" [可选：{}]", names.join("、")));
                }
                if let Some(default) =
                    arg.get_default_values().first().filter(|_| arg.get_action().takes_values())
                {
                    text.push_str(&format!(" [默认：{}]", default.to_string_lossy()));
                }
                arg = arg.help(text);
                if arg.get_action().takes_values() {
                    arg = arg.hide_possible_values(true).hide_default_value(true);
                }
            }
            match heading.and_then(|h| HEADINGS.iter().find(|(en, _)| *en == h)) {
                Some((_, zh)) => arg.help_heading(*zh),
                None => arg,
            }
        });
    }
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help(lang.pick("Print help", "显示帮助"));
    let end = format!("{}\n{}", lang.pick("Exit codes:", "退出码："), indent(exit_codes(lang)));
    command
        .next_help_heading(lang.pick("Output", "输出"))
        .arg(help)
        .before_help(opening(&name, lang))
        .after_help(format!("{end}\n"))
        .help_template(StyledStr::from(template(lang)))
}

/// The examples, which open the help.
fn opening(name: &str, lang: Lang) -> String {
    let lines = examples(name).join("\n");
    format!("{}\n{}", lang.pick("Examples:", "示例："), indent(&lines))
}

fn template(lang: Lang) -> &'static str {
    lang.pick(
        "{before-help}{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
        "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
    )
}

fn indent(text: &str) -> String {
    text.lines().map(|l| format!("  {l}")).collect::<Vec<_>>().join("\n")
}

fn chinese(key: &str) -> Option<&'static str> {
    ZH.iter().find(|(k, _)| *k == key).map(|(_, zh)| *zh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn keys() -> Vec<String> {
        let root = crate::cli::Cli::command();
        let mut keys = vec![String::new()];
        keys.extend(root.get_arguments().map(|a| format!(".{}", a.get_id())));
        for sub in root.get_subcommands() {
            keys.push(sub.get_name().to_owned());
            keys.extend(sub.get_arguments().map(|a| format!("{}.{}", sub.get_name(), a.get_id())));
        }
        keys
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages_and_no_text_is_left_over() {
        let keys = keys();
        for key in &keys {
            assert!(chinese(key).is_some(), "no Chinese help for \"{key}\"");
        }
        for (key, _) in ZH {
            assert!(keys.iter().any(|k| k == key), "\"{key}\" is no argument");
        }
        for sub in crate::cli::Cli::command().get_subcommands() {
            assert!(sub.get_about().is_some());
            for arg in sub.get_arguments() {
                assert!(arg.get_help().is_some(), "no English help for {}", arg.get_id());
            }
        }
    }

    #[test]
    fn the_help_opens_with_three_commands_and_ends_with_the_exit_codes() {
        for lang in [Lang::En, Lang::Zh] {
            for name in ["", "diagnose", "explain-code", "collect", "ask", "completions", "man"] {
                let mut whole = crate::cli::command(lang);
                let sub = match name {
                    "" => &mut whole,
                    _ => whole.find_subcommand_mut(name).unwrap(),
                };
                let help = sub.render_help().to_string();
                let start: Vec<&str> = help.lines().take(4).collect();
                assert_eq!(start.iter().filter(|l| l.contains("pushdoctor")).count(), 3, "{help}");
                assert!(help.contains("130"), "{help}");
                if lang == Lang::Zh {
                    assert!(help.contains("退出码") && help.contains("用法"), "{help}");
                }
            }
        }
    }
}
