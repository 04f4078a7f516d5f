/** A JSON value as it was sent: every digit kept, parts that fold, text only. */

import { useSignal } from '@preact/signals';
import { isLosslessNumber, stringify } from 'lossless-json';
import { CopyButton } from './copy-button.js';

const OPEN_TO = 2;
const SHOWN = 100;
const LONG = 600;

/** `value`: what `exact` read. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <div class="json" role="group" aria-label={label}>
      <div class="json-tools">
        <CopyButton text={() => stringify(value, undefined, 2) ?? ''} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <div class="json-body" tabIndex={0} role="region" aria-label={`${label}, JSON`}>
        <Value value={value} depth={0} />
      </div>
    </div>
  );
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  if (isLosslessNumber(value)) return <span class="json-number">{value.value}</span>;
  if (typeof value === 'string') return <Text text={value} />;
  if (value === null || typeof value !== 'object') return <span class="json-word">{String(value)}</span>;
  return <Group value={value} depth={depth} />;
}

function Text({ text }: { text: string }) {
  const isOpen = useSignal(text.length <= LONG);
  return (
    <span class="json-text">
      {JSON.stringify(isOpen.value ? text : text.slice(0, LONG))}
      {!isOpen.value && (
        <More onClick={() => (isOpen.value = true)} words={`… ${text.length - LONG} more characters`} />
      )}
    </span>
  );
}

function Group({ value, depth }: { value: object; depth: number }) {
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = Object.entries(value);
  const isOpen = useSignal(depth < OPEN_TO || entries.length <= 3);
  const shown = useSignal(SHOWN);
  const [left, right] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return <span>{left + right}</span>;
  const size = `${entries.length} ${isList ? 'item' : 'key'}${entries.length === 1 ? '' : 's'}`;
  return (
    <span class="json-group">
      <button
        type="button"
        class="json-fold"
        aria-expanded={isOpen.value}
        aria-label={`${isOpen.value ? 'Fold' : 'Unfold'} ${size}`}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {left}
        {!isOpen.value && <span class="quiet"> {size} </span>}
        {!isOpen.value && right}
      </button>
      {isOpen.value && (
        <>
          <ul>
            {entries.slice(0, shown.value).map(([key, one], i) => (
              <li key={key}>
                {!isList && <span class="json-key">{JSON.stringify(key)}: </span>}
                <Value value={one} depth={depth + 1} />
                {i < entries.length - 1 && ','}
              </li>
            ))}
            {entries.length > shown.value && (
              <li>
                <More
                  onClick={() => (shown.value += 1_000)}
                  words={`… ${entries.length - shown.value} more`}
                />
              </li>
            )}
          </ul>
          {right}
        </>
      )}
    </span>
  );
}

function More({ onClick, words }: { onClick: () => void; words: string }) {
  return (
    <button type="button" class="link-button" onClick={onClick}>
      {words}
    </button>
  );
}
