/** Where a schedule is written: the editor is loaded when somebody wants it. */

import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { schedulePlace } from '../../core/places.js';
import type { ScheduleView } from '../../core/types.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Page } from '../../parts/page.js';
import { definitionLines, isEditable } from './as-yaml.js';

interface EditorProps {
  id?: string;
  text: string;
  revision?: number;
}

/** `payload`: with every digit. */
export function EditPage({ schedule, payload }: { schedule: ScheduleView; payload: unknown }) {
  const { id, source, revision } = schedule;
  if (!isEditable(schedule)) {
    return (
      <Page title={`Edit ${id}`} above={<a href={schedulePlace(id)}>{id}</a>}>
        {source.kind === 'file' ? (
          <EmptyState title={`${id} belongs to a file.`} command="carillon schedules plan">
            Change it in {source.file}:{source.line}; the plan shows what that does before it is applied.
          </EmptyState>
        ) : (
          <EmptyState title="This node hides payloads.">
            Saved from here, {id} would lose its payload. Change it on a node that shows payloads.
          </EmptyState>
        )}
      </Page>
    );
  }
  const lines = definitionLines(schedule, payload);
  return <Loaded id={id} text={`${lines.join('\n')}\n`} revision={revision} />;
}

const EXAMPLE = `handler: demo.greet
cron: "30 2 * * *"
timezone: Europe/Berlin
payload: { name: Ada }
overlap: skip
`;

export const NewPage = () => <Loaded text={EXAMPLE} />;

function Loaded(props: EditorProps) {
  const editor = useSignal<ComponentType<EditorProps> | null>(null);
  useEffect(() => {
    import('../schedule-edit/editor.js').then(
      ({ Editor }) => {
        editor.value = Editor;
      },
      () => {},
    );
  }, []);
  const Editor = editor.value;
  return Editor ? <Editor {...props} /> : <Page title={props.id ? `Edit ${props.id}` : 'New schedule'} />;
}
