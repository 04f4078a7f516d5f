/** Variables of commands: which names are some, and which a payload may set wherever nobody says more. */

/** A name that every shell and program takes for one. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/**
 * Variables by which loaders, shells, languages and common tools are told to load or run something, to find their
 * configuration elsewhere, or to talk to somebody else. A fence of what is known, for entries that leave variables open.
 */
const FAMILIES = familiesOf(
  // The loader and the C library.
  'LD_ DYLD_ _RLD GLIBC_ MALLOC_ GCONV_ LOCPATH NLSPATH HOSTALIASES LOCALDOMAIN RES_OPTIONS TMPDIR',
  // Shells and terminals.
  'BASH ZSH ZDOTDIR ENV$ IFS$ PS[0-9]$ SHELLOPTS GLOBIGNORE MAIL$ TERMINFO TERMCAP LESS$ LESS(?:OPEN|CLOSE|KEY) VISUAL$ USER$ LOGNAME$',
  // Languages, and what builds their programs.
  'PYTHON PERL RUBY GEM_ BUNDLE_ NODE_ NPM_ DENO_ BUN_ PHP LUA_ TCL_ R_ JULIA_ GOROOT GOENV GOWORK GOTOOLCHAIN CARGO_ RUST',
  'JAVA_ _JAVA JDK_ CLASSPATH MAVEN_ GRADLE_ DOTNET_ CORECLR_ COR_ COMPLUS_ MONO_ MAKEFILES CC$ CXX$ CPP$ AR$ AS$',
  // Tools that run others, read their orders from files, or trust what they are told to trust.
  'GIT_ SSH_ RSYNC_ SVN_ HG CVS_ GPG_ GNUPG OPENSSL_ SSL_ CURL_ WGET NETRC INPUTRC SCREENRC EXINIT VIMINIT XDG_ SUDO_ SYSTEMD_',
  'AWS_ AZURE_ GOOGLE_ CLOUDSDK_ DOCKER_ PODMAN_ CONTAINER_HOST CONTAINERS_ KUBE HELM_ ANSIBLE_ TF_ PSQL PGSERVICE PGSYSCONF PGPASS MYSQL_ DBUS_',
  'MAILRC BC_ENV_ARGS ZIPOPT SSLKEYLOGFILE PIP_ YARN_ GTK_ QT_',
  'CARILLON_',
);
const ENDINGS =
  /(?:PATH|HOME|SHELL|RSH|_SSH|PASSCOMMAND|PRELOAD|EDITOR|PAGER|BROWSER|ASKPASS|FLAGS|PROXY|_(?:COMMAND|CMD|OPTIONS|OPTS|CONFIG|CONF|PROFILE|PLUGINS|RC|STARTUP))$/;

function familiesOf(...lines: readonly string[]): RegExp {
  return new RegExp(`^(?:${lines.join(' ').replaceAll(' ', '|')})`);
}

/** Where the programs of a system are: a `PATH` of these leads to nothing that a payload has chosen. */
const SYSTEM = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Whether a payload may set the variable to this where an entry does not name those that it may. */
export function isSettable(name: string, value: string): boolean {
  if (name === 'PATH') return value.split(':').every((directory) => SYSTEM.includes(directory));
  const upper = name.toUpperCase();
  return !FAMILIES.test(upper) && !ENDINGS.test(upper);
}
