/** The way to every view: a rail with icons and words; on phones a bar at the bottom, with the rest behind More. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { helpOpen } from '../core/keys.js';
import { path } from '../core/router.js';
import { session, signOut } from '../core/session.js';
import { CLOCKS, clock, THEMES, theme } from '../core/settings.js';
import { VIEWS } from '../pages.js';
import { Icon } from '../parts/icon.js';

const PLACES = Object.entries(VIEWS).flatMap(([at, { title, rail }]) =>
  rail ? [{ at, title, ...rail }] : [],
);
const GROUPS = [0, 1, 2, 3, 4].map((number) => PLACES.filter(({ group }) => group === number));
/** What a phone shows at once. */
const FIRST = ['/', '/schedules', '/tasks', '/queues'];

const isWithin = (at: string): boolean =>
  at === '/' ? path.value === '/' : path.value === at || path.value.startsWith(`${at}/`);

export function Rail() {
  return (
    <>
      <nav class="rail" aria-label="Main">
        <a class="brand" href="./">
          <Bell />
          <span>Carillon</span>
          {session.value.environment && <span class="environment">{session.value.environment}</span>}
          {session.value.readOnly && <span class="environment">read-only</span>}
        </a>
        {GROUPS.map((group) => (
          <ul key={group[0]?.at}>
            {group.map((place) => (
              <Place key={place.at} {...place} />
            ))}
          </ul>
        ))}
        <Choices />
      </nav>
      <BottomBar />
    </>
  );
}

type PlaceProps = (typeof PLACES)[number];

function Place({ at, title, icon, href }: PlaceProps) {
  return (
    <li>
      <a href={href} aria-current={isWithin(at) ? 'page' : undefined}>
        <Icon name={icon} />
        <span>{title}</span>
      </a>
    </li>
  );
}

function Bell() {
  return (
    <svg class="bell" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M16 6.500c-4.200 0-6.600 3-6.900 7.200-.3 3.600-1 5.200-2.600 7.100-.6.700-.1 1.700.8 1.700h17.400c.9 0 1.400-1 .8-1.700-1.600-1.900-2.300-3.500-2.600-7.100-.3-4.200-2.700-7.200-6.900-7.200z" />
      <path class="clapper" d="M13.200 24.300a2.900 2.900 0 0 0 5.600 0z" />
    </svg>
  );
}

const CLOCK_WORDS = { local: 'Local', utc: 'UTC', schedule: 'Zone' } as const;
const CLOCK_HINTS = {
  local: 'Times by the clock of this machine',
  utc: 'Times in UTC',
  schedule: 'What belongs to a schedule by the clock of its zone',
} as const;

function Choices() {
  return (
    <div class="choices">
      {session.value.how === 'session' && (
        <button type="button" class="button small" onClick={() => void signOut()}>
          Sign out
        </button>
      )}
      <fieldset class="segments">
        <legend class="unseen">Times</legend>
        {CLOCKS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={clock.value === one}
            title={CLOCK_HINTS[one]}
            onClick={() => {
              clock.value = one;
            }}
          >
            {CLOCK_WORDS[one]}
          </button>
        ))}
      </fieldset>
      <div class="choices-line">
        <fieldset class="segments">
          <legend class="unseen">Colours</legend>
          {THEMES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={theme.value === one}
              aria-label={one}
              title={`Colours: ${one}`}
              onClick={() => {
                theme.value = one;
              }}
            >
              <Icon name={one} size={14} />
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          class="icon-button"
          aria-label="Keyboard help"
          title="Keyboard help (?)"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          <Icon name="help" />
        </button>
      </div>
    </div>
  );
}

function BottomBar() {
  const isOpen = useSignal(false);
  useEffect(() => {
    isOpen.value = false;
  }, [path.value]);
  const rest = PLACES.filter(({ at }) => !FIRST.includes(at));
  return (
    <>
      <nav class="bottom-bar" aria-label="Main, short">
        <ul>
          {PLACES.filter(({ at }) => FIRST.includes(at)).map((place) => (
            <Place key={place.at} {...place} />
          ))}
          <li>
            <button
              type="button"
              aria-expanded={isOpen.value}
              aria-current={rest.some(({ at }) => isWithin(at)) ? 'page' : undefined}
              onClick={() => {
                isOpen.value = !isOpen.value;
              }}
            >
              <Icon name="more" />
              <span>More</span>
            </button>
          </li>
        </ul>
      </nav>
      {isOpen.value && <MoreSheet rest={rest} onClose={() => (isOpen.value = false)} />}
    </>
  );
}

function MoreSheet({ rest, onClose }: { rest: readonly PlaceProps[]; onClose: () => void }) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = sheet.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={sheet} class="sheet" aria-label="More" onClose={onClose} onClick={onClose}>
      <ul>
        {rest.map((place) => (
          <Place key={place.at} {...place} />
        ))}
      </ul>
      <Choices />
    </dialog>
  );
}
