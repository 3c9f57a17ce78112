//! Which pieces of a literal are rare in device logs.
//!
//! The search stops wherever a piece of a literal stands, so a literal is best
//! known by the part that ordinary lines do not have: `XMPush` by its beginning,
//! a class name of a vendor by its end.

use super::grams::gram_at;

/// Words that stand in device logs everywhere, whatever the device does.
const USUAL: &str = "com.android.internal.os.ZygoteInit.main com.huawei.android.launcher \
    com.tencent.mm com.google.android.gms com.miui.home com.vivo. com.heytap. com.eg. com.xiaomi. \
    com.example.bank com.alipay. com.oppo. com.hihonor. com.samsung. org.chromium. androidx. \
    android.intent.action.MAIN cat=[android.intent.category.LAUNCHER] flg=0x10000000 cmp= \
    pushservice systemui vending aweme hwid mcs hms sdk api cloud client service manager receiver \
    ActivityManager: ActivityTaskManager: Choreographer: SurfaceFlinger: BufferQueueProducer: \
    WindowManager: NotificationService: PackageManager: InputDispatcher: BroadcastQueue: \
    android.os.Handler.dispatchMessage(Handler.java:106) android.os.Looper.loop(Looper.java:223) \
    java.lang.reflect.Method.invoke(Native Method) android.app.ActivityThread.main(ActivityThread \
    okhttp3.internal.connection.RealCall.execute(RealCall.kt java.lang.NullPointerException \
    java.lang.IllegalStateException MainActivity HomeActivity SplashActivity LoginActivity \
    DetailActivity SurfaceView[ queueBuffer: queued for Skipped frames! The application may be doing \
    too much work on its main thread. Background concurrent copying GC freed AllocSpace objects, \
    paused total Start proc for broadcast {com.android START u0 {act= from uid permission denied \
    register unregister registration message notification connect connected disconnect connection \
    request response result status success failed failure error exception null true false token \
    init start stop onCreate onResume onPause onStop onDestroy onReceive send receive bind unbind \
    code= id= name= type= size= state= version= channel default content process thread time value \
    user data network wifi mobile battery screen alarm wakelock window focus input event binder \
    transaction callback listener listen handle schedule update check config https://www. http:// \
    push push push http http http client client client channel message \
    uid= pid= [main] size: error: code: token: 2024-06-14 06-14 09:58:02.123 ";

/// How often each gram stands in the usual words.
pub(crate) struct UsualGrams {
    length: usize,
    /// By a hash of the gram; two that share one are both taken for more usual than they are.
    times: Vec<u8>,
}

/// Bits of the hash.
const HASH_BITS: u32 = 14;

impl UsualGrams {
    /// Counts grams of so many bytes.
    pub(crate) fn new(length: usize) -> Self {
        let mut usual = UsualGrams { length, times: vec![0; 1 << HASH_BITS] };
        let text = USUAL.as_bytes();
        for gram in (0..text.len()).filter_map(|at| gram_at(text, at, length)) {
            if let Some(times) = usual.times.get_mut(hash(gram)) {
                *times = times.saturating_add(1);
            }
        }
        usual
    }

    /// How likely the gram at each place of a literal is in logs: how often it stands in the usual
    /// words, then 2 to the power of the sum of its bytes' frequencies, in bits.
    pub(crate) fn costs(&self, literal: &[u8]) -> Vec<u32> {
        let cost = |(at, bytes): (usize, &[u8])| {
            let bits: u32 = bytes.iter().map(|byte| frequency(*byte)).sum();
            let gram = gram_at(literal, at, self.length).map_or(0, hash);
            let times = self.times.get(gram).copied().unwrap_or(0);
            (1 << bits.min(20)) + (u32::from(times).min(8) << 21)
        };
        literal.windows(self.length).enumerate().map(cost).collect()
    }
}

fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

/// How common a byte is in device logs, from 0 (rare) to 5.
fn frequency(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'e' | b'a' | b'i' | b'n' | b'o' | b'r' | b't' | b' ' | b'.' | b'0' => 5,
        b's' | b'd' | b'c' | b'm' | b'l' | b'1'..=b'9' => 4,
        b'p' | b'u' | b'g' | b'h' | b'v' | b':' | b'=' => 3,
        b'b' | b'f' | b'w' | b'y' | b'k' | b',' | b'(' | b')' | b'/' | b'-' | b'_' => 2,
        b'x' | b'j' | b'q' | b'z' | b'[' | b']' | b'{' | b'}' | b'"' => 1,
        _ => 0,
    }
}
