/** Two attempts of a task beside each other: what was the same, and what was not. */

import { type Signal, useSignal } from '@preact/signals';
import { lineDiff } from '../../core/line-diff.js';
import type { Task, TaskAttempt, TaskError } from '../../core/types.js';
import { length } from '../../core/words.js';
import { ChoiceField } from '../../parts/fields.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';

export function Compare({ task: { attempts } }: { task: Task }) {
  const [a, b] = [useSignal(String(attempts.length - 2)), useSignal(String(attempts.length - 1))];
  const [one, other] = [attempts[Number(a.value)], attempts[Number(b.value)]];
  if (!one || !other) return null;
  return (
    <div class="compare" role="group" aria-label="Two attempts compared">
      <div class="compare-choice">
        <Choice label="Attempt" value={a} attempts={attempts} />
        <Choice label="with" value={b} attempts={attempts} />
      </div>
      <table class="compare-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">What</span>
            </th>
            <th scope="col">{one.attempt}</th>
            <th scope="col">{other.attempt}</th>
          </tr>
        </thead>
        <tbody>
          <Row name="Outcome" isSame={one.outcome === other.outcome}>
            <StateMark state={one.outcome} />
            <StateMark state={other.outcome} />
          </Row>
          <Row name="Started" isSame={false}>
            <Time at={one.startedAt} as="clock" />
            <Time at={other.startedAt} as="clock" />
          </Row>
          <Texts name="Ran" of={ranFor} one={one} other={other} />
          <Texts name="Waited before" of={(it) => waitedBefore(it, attempts)} one={one} other={other} />
          <Texts name="Worker" of={({ worker }) => worker} one={one} other={other} />
          <Texts name="Host" of={({ host }) => host ?? ''} one={one} other={other} />
          <Texts name="Error" of={({ error }) => error?.message ?? ''} one={one} other={other} />
          <Texts name="Code" of={({ error }) => String(error?.code ?? '')} one={one} other={other} />
          <Texts name="Cause" of={({ error }) => error?.cause?.message ?? ''} one={one} other={other} />
        </tbody>
      </table>
      <Stacks one={one.error} other={other.error} />
    </div>
  );
}

function Choice({
  label,
  value,
  attempts,
}: {
  label: string;
  value: Signal<string>;
  attempts: readonly TaskAttempt[];
}) {
  const choices = attempts.map(({ attempt, outcome }, i) => [String(i), `${attempt}, ${outcome}`] as const);
  return <ChoiceField label={label} value={value} choices={choices} />;
}

function Texts({
  name,
  of,
  one,
  other,
}: {
  name: string;
  of: (attempt: TaskAttempt) => string;
  one: TaskAttempt;
  other: TaskAttempt;
}) {
  const [left, right] = [of(one), of(other)];
  if (left === '' && right === '') return null;
  return (
    <Row name={name} isSame={left === right}>
      {left || '–'}
      {right || '–'}
    </Row>
  );
}

function Row({ name, isSame, children }: { name: string; isSame: boolean; children: unknown[] }) {
  const [left, right] = children as never[];
  return (
    <tr class={isSame ? 'is-same' : ''}>
      <th scope="row">{name}</th>
      <td>{left}</td>
      <td>{right}</td>
    </tr>
  );
}

function Stacks({ one, other }: { one: TaskError | undefined; other: TaskError | undefined }) {
  const [left, right] = [one?.stack ?? '', other?.stack ?? ''];
  if (left === '' && right === '') return null;
  if (left === right) return <p class="quiet">Their stacks are the same.</p>;
  const marks = { both: ' ', a: '−', b: '+' };
  return (
    <pre
      class="stack-diff"
      tabIndex={0}
      role="region"
      aria-label="Stacks: − only in the first, + only in the second"
    >
      {lineDiff(left, right).map((line, i) => (
        <span key={i} class={`line-${line.in}`}>
          {marks[line.in]} {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const ranFor = ({ startedAt, finishedAt }: TaskAttempt): string =>
  finishedAt === undefined ? 'runs' : length(Date.parse(finishedAt) - Date.parse(startedAt));

function waitedBefore(one: TaskAttempt, attempts: readonly TaskAttempt[]): string {
  const before = attempts[attempts.indexOf(one) - 1]?.finishedAt;
  return before === undefined ? '' : length(Date.parse(one.startedAt) - Date.parse(before));
}
