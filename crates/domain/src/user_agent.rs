//! Which browser and which system a `User-Agent` header names. Only names and the browser's version: the versions of
//! systems in that header have been frozen for years (Windows 10, Mac OS X 10.15.7), so they say nothing. Whether it is a
//! robot, the server asks elsewhere. Called by `visit`.

/// Longest version kept.
const VERSION_LIMIT: usize = 32;

/// Products by their name in the header. The first that is there counts: most browsers also claim to be those below.
const PRODUCTS: [(&str, &str); 18] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("UCBrowser/", "UC Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Chrome/", "Chrome"),
];

/// Systems by a word of the header's first comment; the first that is there counts.
const SYSTEMS: [(&str, &str); 8] = [
    ("CrOS", "Chrome OS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac OS X"),
    ("Linux", "Linux"),
];

/// What the header says, as far as it is known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserAgent {
    /// `Chrome`.
    pub browser: Option<&'static str>,
    /// `80.0.3987.132`; some browsers say no more than `80.0.0.0`.
    pub version: Option<String>,
    /// `Mac OS X`. iPads that ask for desktop pages say so, too.
    pub os: Option<&'static str>,
}

impl UserAgent {
    /// Reads the header; `None` if it names nothing known.
    pub fn read(header: &str) -> Option<Self> {
        let comment = header.split_once('(').and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default();
        let os = SYSTEMS.iter().find(|(word, _)| comment.contains(word)).map(|(_, name)| *name);
        let product = |name: &str| {
            header.split_ascii_whitespace().find_map(|word| word.strip_prefix(name)).map(version)
        };
        let known = PRODUCTS.iter().find_map(|(word, name)| Some((*name, product(word)?)));
        // Safari's version has a name of its own. Old browsers of Android have it, too.
        let safari = || {
            let apple = matches!(os, Some("Mac OS X" | "iOS")) && product("Safari/").is_some();
            apple.then(|| product("Version/")).flatten().map(|version| ("Safari", version))
        };
        let (browser, version) = known.or_else(safari).unzip();
        let found = Self { browser, version: version.flatten(), os };
        (found != Self::default()).then_some(found)
    }
}

/// The digits and dots a text begins with.
fn version(text: &str) -> Option<String> {
    let digits = |c: &char| c.is_ascii_digit() || *c == '.';
    let version: String = text.chars().take_while(digits).take(VERSION_LIMIT).collect();
    let version = version.trim_matches('.');
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::UserAgent;

    #[rstest]
    #[case::chrome_windows(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.127 Safari/537.36",
        "Chrome 126.0.6478.127 on Windows"
    )]
    #[case::chrome_mac(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.132 Safari/537.36",
        "Chrome 80.0.3987.132 on Mac OS X"
    )]
    #[case::chrome_linux(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Chrome 131.0.0.0 on Linux"
    )]
    #[case::chrome_android(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
        "Chrome 124.0.0.0 on Android"
    )]
    #[case::chrome_ios(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
        "Chrome 126.0.6478.54 on iOS"
    )]
    #[case::chromebook(
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
        "Chrome 125.0.0.0 on Chrome OS"
    )]
    #[case::headless(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.28 Safari/537.36",
        "Chrome 120.0.6099.28 on Linux"
    )]
    #[case::a_view_in_an_app_of_android(
        "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36",
        "Chrome 116.0.0.0 on Android"
    )]
    #[case::edge(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87",
        "Edge 126.0.2592.87 on Windows"
    )]
    #[case::edge_android(
        "Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.165 Mobile Safari/537.36 EdgA/125.0.2535.72",
        "Edge 125.0.2535.72 on Android"
    )]
    #[case::edge_ios(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/125.2535.72 Mobile/15E148 Safari/605.1.15",
        "Edge 125.2535.72 on iOS"
    )]
    #[case::edge_of_old(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763",
        "Edge 18.17763 on Windows"
    )]
    #[case::firefox_windows(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
        "Firefox 127.0 on Windows"
    )]
    #[case::firefox_linux(
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Firefox 128.0 on Linux"
    )]
    #[case::firefox_android(
        "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
        "Firefox 127.0 on Android"
    )]
    #[case::firefox_ios(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 14_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15",
        "Firefox 127.0 on iOS"
    )]
    #[case::safari_mac(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        "Safari 17.5 on Mac OS X"
    )]
    #[case::safari_iphone(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Safari 17.5 on iOS"
    )]
    #[case::safari_ipad(
        "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1",
        "Safari 12.1 on iOS"
    )]
    #[case::opera(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0",
        "Opera 110.0.0.0 on Windows"
    )]
    #[case::opera_android(
        "Mozilla/5.0 (Linux; Android 10; VOG-L29) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.165 Mobile Safari/537.36 OPR/76.2.4027.73374",
        "Opera 76.2.4027.73374 on Android"
    )]
    #[case::opera_ios(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1 OPT/4.7.0",
        "Opera 4.7.0 on iOS"
    )]
    #[case::samsung(
        "Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "Samsung Internet 25.0 on Android"
    )]
    #[case::vivaldi(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7.3329.35",
        "Vivaldi 6.7.3329.35 on Linux"
    )]
    #[case::yandex(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36",
        "Yandex Browser 24.6.0.0 on Windows"
    )]
    #[case::a_view_in_an_app_of_ios(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "? ? on iOS"
    )]
    #[case::android_of_old(
        "Mozilla/5.0 (Linux; U; Android 4.0.3; de-de) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
        "? ? on Android"
    )]
    #[case::a_system_nobody_knows(
        "Mozilla/5.0 (X11; FreeBSD amd64; rv:122.0) Gecko/20100101 Firefox/122.0",
        "Firefox 122.0 on ?"
    )]
    #[case::no_version("Mozilla/5.0 (Windows) Firefox/.x", "Firefox ? on Windows")]
    fn browsers(#[case] header: &str, #[case] expected: &str) {
        let UserAgent { browser, version, os } = UserAgent::read(header).unwrap();
        let version = version.as_deref().unwrap_or("?");
        assert_eq!(format!("{} {version} on {}", browser.unwrap_or("?"), os.unwrap_or("?")), expected);
    }

    #[rstest]
    #[case("")]
    #[case("curl/8.5.0")]
    #[case("Firefoxy/3 NotChrome/1")]
    #[case("(")]
    #[case("Mozilla/5.0 (compatible)")]
    fn nothing_known(#[case] header: &str) {
        assert_eq!(UserAgent::read(header), None);
    }

    #[test]
    fn versions_are_short() {
        let found = UserAgent::read(&format!("Firefox/{}", "1.".repeat(10_000))).unwrap();
        assert_eq!(found.version.unwrap(), "1.".repeat(16).trim_matches('.'));
    }
}
