/** The one dialog: asks before something is done, and its confirming button has the action's name. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Asked, asked } from '../core/asked.js';
import { type Problem, problemOf } from '../core/problems.js';
import { Icon } from './icon.js';
import { Trouble } from './page.js';

export function AskedDialog() {
  const question = asked.value;
  return question ? <AskedOne key={question.title + question.action} question={question} /> : null;
}

function AskedOne({ question }: { question: Asked }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal('');
  const isUnderWay = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const close = (): void => {
    asked.value = null;
  };
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isUnderWay.value) return;
    isUnderWay.value = true;
    problem.value = null;
    try {
      await question.run();
      close();
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      isUnderWay.value = false;
    }
  };
  const isLocked = isUnderWay.value || (question.typed !== undefined && typed.value !== question.typed);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={close}>
      <form method="dialog" onSubmit={onSubmit}>
        <header>
          <h2 id="dialog-title">{question.title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">
          {question.body?.()}
          {question.typed !== undefined && (
            <label class="field">
              <span>
                Type <code>{question.typed}</code> to confirm
              </span>
              <input
                type="text"
                autocomplete="off"
                value={typed.value}
                onInput={(event) => {
                  typed.value = event.currentTarget.value;
                }}
              />
            </label>
          )}
          {problem.value && <Trouble problem={problem.value} />}
        </div>
        <footer>
          {!question.isOnlyShown && (
            <button type="button" class="button" onClick={close}>
              Keep as it is
            </button>
          )}
          <button
            type="submit"
            class={`button ${question.isGrave ? 'grave' : 'primary'}`}
            disabled={isLocked}
          >
            {question.action}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
