/** New and edit of a schedule that no file owns: a box of YAML, checked while it is typed, and what it does to fire times. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, pathTo } from '../../core/api.js';
import { tell } from '../../core/asked.js';
import { schedulePlace } from '../../core/places.js';
import { type Problem, problemOf } from '../../core/problems.js';
import { navigate } from '../../core/router.js';
import { ActionButton } from '../../parts/action-button.js';
import { Page, Section, Trouble } from '../../parts/page.js';
import { bodyOf, tidied } from './body.js';
import { type EditPreview, Preview } from './preview.js';
import './editor.css';

const TYPING = 400;

/** `revision`: of the one that is edited; without it the schedule is new. */
export function Editor({
  id: given,
  text: before,
  revision,
}: {
  id?: string;
  text: string;
  revision?: number;
}) {
  const id = useSignal(given ?? '');
  const text = useSignal(given === undefined ? before : tidied(before));
  const preview = useSignal<EditPreview | null>(null);
  const problem = useSignal<Problem | null>(null);
  const isUnderWay = useSignal(false);
  const back = given ? schedulePlace(given) : 'schedules';

  useEffect(() => {
    if (id.value === '') {
      preview.value = null;
      return undefined;
    }
    const over = new AbortController();
    const timer = setTimeout(() => {
      check(id.value, text.value, over.signal)
        .then((found) => {
          preview.value = found;
          problem.value = null;
        })
        .catch((error: unknown) => {
          if (over.signal.aborted) return;
          preview.value = null;
          problem.value = problemOf(error);
        });
    }, TYPING);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [id.value, text.value]);

  const save = async (): Promise<void> => {
    isUnderWay.value = true;
    try {
      await ask(pathTo(['schedules', id.value]), {
        method: 'PUT',
        body: bodyOf(text.value),
        // What somebody else changed meanwhile is not written over.
        headers: revision === undefined ? {} : { 'if-match': `"${revision}"` },
      });
      tell(revision === undefined ? `${id.value} is new.` : `${id.value} is changed.`);
      navigate(schedulePlace(id.value), { replace: true });
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      isUnderWay.value = false;
    }
  };

  return (
    <Page
      title={given ? `Edit ${given}` : 'New schedule'}
      above={<a href={back}>{given ?? 'Schedules'}</a>}
      actions={
        <>
          <a class="button" href={back}>
            Back
          </a>
          <ActionButton
            name="Save"
            isPrimary
            isDisabled={
              isUnderWay.value || !preview.value || (given !== undefined && preview.value.action === 'none')
            }
            onClick={() => void save()}
          />
        </>
      }
    >
      <div class="two-columns">
        <div class="editor">
          {given === undefined && (
            <label class="field">
              <span>Id</span>
              <input
                type="text"
                autocomplete="off"
                placeholder="nightly-invoices"
                value={id.value}
                onInput={(event) => {
                  id.value = event.currentTarget.value.trim();
                }}
              />
            </label>
          )}
          <label class="field">
            <span>Definition</span>
            <textarea
              class="editor-text"
              spellcheck={false}
              value={text.value}
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
            <small>
              YAML, with the keys of a schedule file. It is checked while you type; nothing is saved yet.
            </small>
          </label>
        </div>
        <Section title="What it does">
          {problem.value && <Trouble problem={problem.value} />}
          {preview.value && <Preview preview={preview.value} />}
          {!problem.value && !preview.value && (
            <p class="quiet pad">An id, a handler and a time make a schedule.</p>
          )}
        </Section>
      </div>
    </Page>
  );
}

/** Rejects, too, with what the text itself is wrong in. */
const check = async (id: string, text: string, signal: AbortSignal): Promise<EditPreview> =>
  ask<EditPreview>(`${pathTo(['schedules', id])}?dryRun=true`, { method: 'PUT', body: bodyOf(text), signal });
