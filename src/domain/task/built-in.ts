/** The handlers that come with Carillon: a worker serves them without a module. */

export const HTTP_REQUEST = 'http.request';
export const COMMAND_RUN = 'command.run';

/** Their names; nobody has to declare them. */
export const BUILT_IN: readonly string[] = [HTTP_REQUEST, COMMAND_RUN];
