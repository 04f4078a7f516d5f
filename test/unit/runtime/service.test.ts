import { expect, test } from 'vitest';
import { type Service, startServices } from '../../../src/runtime/service.js';
import { silentLog } from '../../../src/runtime/silent-log.js';

function recorded(events: string[], faults: Record<string, 'start' | 'stop'> = {}) {
  return (name: string): Service => ({
    name,
    async start() {
      if (faults[name] === 'start') throw new Error(`${name} cannot start`);
      events.push(`+${name}`);
    },
    async stop() {
      events.push(`-${name}`);
      if (faults[name] === 'stop') throw new Error(`${name} cannot stop`);
    },
  });
}

test('services start in order and stop in reverse, once', async () => {
  const events: string[] = [];
  const running = await startServices(['a', 'b', 'c'].map(recorded(events)), silentLog);
  await Promise.all([running.stop(), running.stop()]);
  expect(events).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
});

test('when one cannot start, those before it are stopped and the reason is told', async () => {
  const events: string[] = [];
  const services = ['a', 'b', 'c'].map(recorded(events, { b: 'start' }));
  await expect(startServices(services, silentLog)).rejects.toThrow('b cannot start');
  expect(events).toEqual(['+a', '-a']);
});

test('a failing stop is collected and keeps nobody else from stopping', async () => {
  const events: string[] = [];
  const running = await startServices(['a', 'b'].map(recorded(events, { b: 'stop' })), silentLog);
  const errors = await running.stop();
  expect(errors.map((error) => error.message)).toEqual(['b cannot stop']);
  expect(events).toEqual(['+a', '+b', '-b', '-a']);
});
