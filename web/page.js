/** The first page: asks the public API every two seconds and shows what it says, as text only. */

const REFRESH = 2_000;
const TONES = {
  completed: 'good',
  enabled: 'good',
  retrying: 'warn',
  paused: 'warn',
  unroutable: 'warn',
  dead: 'bad',
  faulty: 'bad',
};

const place = (id) => document.getElementById(id);

/** An element whose content is text: names and payloads of strangers never become markup. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function cell(className, text, title) {
  const made = element('td', className, text);
  if (title) made.title = title;
  return made;
}

function chipCell(word) {
  const made = element('td');
  made.append(element('span', `chip ${TONES[word] ?? ''}`, word));
  return made;
}

/** The cell that names its row, for those who hear the table. */
function rowHeader(className, text, title) {
  const made = element('th', className, text);
  made.scope = 'row';
  if (title) made.title = title;
  return made;
}

function fill(id, items, toCells, whenEmpty) {
  const rows = items.map((item) => {
    const row = element('tr');
    row.append(...toCells(item));
    return row;
  });
  if (rows.length === 0) {
    const none = cell('empty', whenEmpty);
    none.colSpan = place(id).closest('table').tHead.rows[0].cells.length;
    const row = element('tr');
    row.append(none);
    rows.push(row);
  }
  place(id).replaceChildren(...rows);
}

/** Local time; the date only when it is another day. Times compare with the server's clock, not this one. */
function clock(iso, now) {
  const at = new Date(iso);
  const today = new Date(now);
  // Not hour12: false, which says 24:00 for midnight in some places.
  const time = at.toLocaleTimeString([], { hourCycle: 'h23' });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' };
  return `${at.toLocaleDateString([], { day: '2-digit', month: 'short', ...year })} ${time}`;
}

function distance(iso, now) {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size === 0) return 'now';
  const text =
    size < 60
      ? `${size} s`
      : size < 3600
        ? `${Math.round(size / 60)} min`
        : size < 86_400
          ? `${Math.round(size / 3600)} h`
          : `${Math.round(size / 86_400)} d`;
  return seconds >= 0 ? `in ${text}` : `${text} ago`;
}

function timing(schedule) {
  if (schedule.cron) return `${[schedule.cron].flat().join(' | ')}  ${schedule.timezone ?? ''}`;
  if (schedule.every) return `every ${schedule.every}`;
  return schedule.at ? `at ${schedule.at.replace('.000Z', 'Z')}` : '';
}

/** Why a schedule has no next run, as far as it is anybody's doing. */
function idleReason({ fault, paused }) {
  if (fault) return `none: ${fault}`;
  return paused?.reason ? `none: ${paused.reason}` : 'none';
}

function lastRunCell(schedule, now) {
  const last = schedule.lastRun;
  if (!last) return cell('time quiet', '–', 'none of its latest instants was fired');
  const made = cell('time', '', `${last.nominalAt}, task ${last.taskId}`);
  const state = last.state ?? 'deleted';
  made.append(element('span', `chip ${TONES[state] ?? ''}`, state));
  made.append(element('span', 'quiet', ` ${distance(last.dueAt, now)}`));
  return made;
}

function scheduleCells(schedule, now) {
  const [next, ...further] = schedule.nextRuns ?? [];
  const runs = element('td', 'said');
  if (next) {
    // With jitter each comes due somewhat later than its time.
    const due = schedule.nextDueAt ?? [];
    const later = due[0] && due[0] !== next ? ` (due ${clock(due[0], now)})` : '';
    const then = further[0] ? `, then ${clock(further[0], now)}` : '';
    runs.append(element('span', '', `${distance(due[0] ?? next, now)} `));
    runs.append(element('span', 'quiet', `${clock(next, now)}${later}${then}`));
    runs.title = schedule.nextRuns.map((at, i) => (due[i] ? `${at}, due ${due[i]}` : at)).join('\n');
  } else {
    runs.append(element('span', 'quiet', idleReason(schedule)));
  }
  return [
    rowHeader('name', schedule.id, schedule.description),
    cell('code when', timing(schedule)),
    cell('code', schedule.handler),
    chipCell(schedule.state),
    lastRunCell(schedule, now),
    runs,
  ];
}

function queueCells(queue) {
  const counts = ['scheduled', 'retrying', 'ready', 'running', 'completed', 'dead', 'cancelled'].map(
    (state) => cell('number', String(queue[state])),
  );
  const lost = Object.keys(queue.unroutable ?? {});
  const name = rowHeader('name', queue.queue);
  if (lost.length > 0) {
    name.append(' ', element('span', 'chip warn', `no worker for ${lost.join(', ')}`));
  }
  return [name, ...counts];
}

function outcome(task) {
  if (task.error) return task.error.message;
  if (task.unroutable) return 'waits: no worker has this handler';
  if (task.result !== undefined) return JSON.stringify(task.result);
  return task.reason ?? '';
}

function taskCells(task, now) {
  const said = outcome(task);
  return [
    rowHeader('code', task.id),
    cell('code', task.handler),
    chipCell(task.unroutable ? 'unroutable' : task.state),
    cell('number', String(task.attempt)),
    cell('time', `${clock(task.dueAt, now)} (${distance(task.dueAt, now)})`, task.dueAt),
    cell('code said', said.length > 120 ? `${said.slice(0, 120)}…` : said),
  ];
}

function showCluster({ leader, nodes }, workers) {
  const chip = place('leader');
  chip.className = `chip ${leader ? 'good' : 'warn'}`;
  chip.textContent = leader ? `leader ${leader.node}` : 'no leader just now';
  chip.title = leader ? `term ${leader.term}, since ${leader.since}` : '';
  const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
  place('crew').textContent = `${count(nodes.length, 'node')}, ${count(workers.length, 'worker')}`;
}

/** Only trouble is announced to screen readers; the time of day every two seconds would be noise. */
function say(text, trouble) {
  const line = place('link');
  if (trouble) line.setAttribute('role', 'alert');
  else line.removeAttribute('role');
  line.textContent = text;
}

/** Beside this page, and without a name and key typed into the address, which fetch refuses. */
const base = new URL('.', location.href);
base.username = '';
base.password = '';

async function ask(path) {
  const reply = await fetch(new URL(path, base), {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(8_000),
  });
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.detail ?? `HTTP ${reply.status}`);
  return body;
}

async function refresh() {
  try {
    const [cluster, workers, schedules, queues, tasks] = await Promise.all(
      ['v1/cluster', 'v1/workers', 'v1/schedules?limit=100', 'v1/queues?limit=1000', 'v1/tasks?limit=25'].map(
        ask,
      ),
    );
    const now = new Date(cluster.redis.time).getTime();
    showCluster(cluster, workers.items);
    fill(
      'schedules',
      schedules.items,
      (one) => scheduleCells(one, now),
      'No schedules yet: add a file to schedules/.',
    );
    fill('queues', queues.items, queueCells, 'No queues yet: the first task opens one.');
    fill('tasks', tasks.items, (one) => taskCells(one, now), 'No tasks yet.');
    say(`as of ${clock(cluster.redis.time, now)}`, false);
  } catch (error) {
    say(`not up to date: ${error.message}`, true);
  }
  setTimeout(refresh, REFRESH);
}

void refresh();
