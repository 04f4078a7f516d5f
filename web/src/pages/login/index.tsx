/** Asks for the API key; the node answers with a cookie that scripts cannot read. */

import { useSignal } from '@preact/signals';
import { type Problem, problemOf } from '../../core/problems.js';
import { navigate, query } from '../../core/router.js';
import { signIn } from '../../core/session.js';
import { Page, Trouble } from '../../parts/page.js';
import './login.css';

export default function Login() {
  const key = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const isUnderWay = useSignal(false);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    isUnderWay.value = true;
    problem.value = null;
    try {
      await signIn(key.value);
      navigate(placeAfter(query.value.get('next')), { replace: true });
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      isUnderWay.value = false;
    }
  };
  return (
    <div class="login">
      <Page title="Sign in">
        <form onSubmit={onSubmit}>
          <label class="field">
            <span>API key</span>
            <input
              type="password"
              autocomplete="current-password"
              required
              value={key.value}
              onInput={(event) => {
                key.value = event.currentTarget.value;
              }}
            />
            <small>The key this node was started with: CARILLON_API_KEY.</small>
          </label>
          {problem.value && <Trouble problem={problem.value} />}
          <button type="submit" class="button primary" disabled={isUnderWay.value || key.value === ''}>
            Sign in
          </button>
        </form>
      </Page>
    </div>
  );
}

/** Only a place within the dashboard: an address of somebody else's would begin with two slashes. */
function placeAfter(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next.slice(1) || './' : './';
}
