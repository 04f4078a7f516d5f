/** Forty texts that break pages which take text for something else. What would run says so: `window.ran`, or a dialog. */

const WORD = 'w'.repeat(10_000);

export const HOSTILE_TEXTS: readonly string[] = [
  // Markup that runs, by tag, by attribute, by address.
  '<script>window.ran = true</script>',
  '<img src=x onerror="window.ran = true">',
  '<svg onload="alert(1)"><a href="javascript:alert(1)">x</a></svg>',
  '<iframe srcdoc="<script>parent.ran = true</script>"></iframe>',
  '<details open ontoggle=alert(1)>',
  '<base href="https://elsewhere.invalid/">',
  '<meta http-equiv="refresh" content="0;url=https://elsewhere.invalid/">',
  '<link rel=stylesheet href=https://elsewhere.invalid/x.css>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  // What ends the place in which a text stands.
  '</style><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</title></script><script>alert(1)</script>',
  '--><!-- <script>alert(1)</script> -->',
  ']]><![CDATA[<script>alert(1)</script>',
  '" autofocus onfocus="window.ran = true" x="',
  "' onmouseover='window.ran = true' x='",
  '`\u0024{window.ran = true}`',
  '\\"; window.ran = true; //',
  // What templates, spreadsheets, shells and styles would carry out.
  '{{constructor.constructor("window.ran = true")()}}',
  '\u0024{7*7} #{7*7} <%= 7*7 %> {{7*7}}',
  '=HYPERLINK("https://elsewhere.invalid","x")',
  "=cmd|' /C calc'!A0",
  '$(touch /tmp/ran) `touch /tmp/ran`; touch /tmp/ran',
  '%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E %s %n %d',
  'red; background: url(https://elsewhere.invalid/x)',
  // Addresses.
  'javascript:alert(document.domain)',
  'data:text/html,<script>alert(1)</script>',
  '//elsewhere.invalid/%2e%2e/..;/',
  '../../../etc/passwd?x=1#y',
  // Entities, and names that objects have.
  '&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#x3c;b&#62;',
  '__proto__',
  'constructor',
  // Letters that are more, or less, than they look.
  '\u202egpj.exe\u202c \u2066left\u2069 \u200f',
  '👩🏽‍🚀👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  `Z${'\u0310\u0311\u0312\u0313\u0314'.repeat(40)}algo`,
  'null \u0000 byte, \u0007 bell, \u001b[31m red',
  'a line\r\nSet-Cookie: ran=1\u2028and\u2029more',
  '\ufeff\u200b\u00ad',
  WORD,
  `${'[{"a":'.repeat(50)}`,
];
