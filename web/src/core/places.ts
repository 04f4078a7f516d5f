/** Where things are shown: links below the page's base, with every name encoded. */

export const taskPlace = (id: string): string => `tasks/${encodeURIComponent(id)}`;
export const schedulePlace = (id: string): string => `schedules/${encodeURIComponent(id)}`;
export const queuePlace = (queue: string): string => `queues/${encodeURIComponent(queue)}`;
export const handlerPlace = (name: string): string => `handlers/${encodeURIComponent(name)}`;
export const operationPlace = (id: string): string => `operations/${encodeURIComponent(id)}`;
