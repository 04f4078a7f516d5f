/** Whether a crontab is one of the system, whose sixth column is a user: by where it lies, what it says, and its words. */

import type { SourceText } from './draft.js';

const PLACE = /(?:^|\/)(?:etc\/crontab|cron\.d\/[^/]*|crontab\.system)$/;
const HEADING = /^[ \t]*#.*\b(?:dow|day of (?:the )?week|weekday)\b.*\buser(?:-?name)?\b/im;
/** Accounts of the system, and of packages that bring a crontab; no names that are programs as well. */
const ACCOUNTS = new Set([
  ...[
    'root',
    'daemon',
    'nobody',
    'www-data',
    'www',
    'apache',
    'nginx',
    'httpd',
    'postfix',
    'postgres',
    'redis',
    'munin',
  ],
  ...[
    'nagios',
    'smmsp',
    'logcheck',
    'amavis',
    'ubuntu',
    'debian',
    'ec2-user',
    'vagrant',
    'sysstat',
    'zabbix',
    'jenkins',
  ],
]);
/** Words that look like a user and begin a command. */
const PROGRAMS =
  /^(?:\[|test|cd|env|exec|nice|ionice|nohup|time|timeout|flock|chronic|sudo|su|bash|sh|zsh|dash|ash|ksh|php\d*|python\d*|ruby|perl|node|npm|npx|java|go|bundle|rake|rails|docker|podman|kubectl|curl|wget|rsync|ssh|scp|find|echo|cat|rm|cp|mv|tar|gzip|make|git|sleep|date|logrotate|certbot|systemctl|service|pg_dump|mysqldump|psql|mysql|run-parts|anacron|savelog|touch|aws|gcloud)$/;
const FIELDS = /^[ \t]*-?(?:@[a-z]+|(?:[\d*@][^\s]*[ \t]+)(?:\S+[ \t]+){3}\S+)[ \t]+(\S+)(?:[ \t]+(\S.*))?$/;

export function hasUserColumn({ path, text }: SourceText): boolean {
  if (PLACE.test(path) || HEADING.test(text)) return true;
  const commands = text.split('\n').flatMap((line) => {
    const [, first, rest] = FIELDS.exec(line) ?? [];
    return first === undefined ? [] : [{ first, rest: rest ?? '' }];
  });
  if (commands.length === 0) return false;
  const mayBe = ({ first, rest }: { first: string; rest: string }): boolean =>
    rest !== '' && !rest.startsWith('-') && /^[a-z_][a-z0-9_-]{0,31}$/.test(first) && !PROGRAMS.test(first);
  if (!commands.every(mayBe)) return false;
  return (
    commands.some(({ first }) => ACCOUNTS.has(first)) || commands.every(({ rest }) => /^[/[]/.test(rest))
  );
}
