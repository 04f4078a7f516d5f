/** The files that `carillon init` writes: when (a schedule file), what (a handler module), where (a compose file). */

export type StarterLanguage = 'javascript' | 'typescript';

/** The names of compose files, in the order in which Docker looks for them. */
export const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Where another compose file is at home already: that one is the user's, and Docker would look at ours instead. */
export const SECOND_COMPOSE_NAME = 'compose.carillon.yaml';

export const SCHEDULES_NAME = 'schedules/schedules.yaml';

export const moduleName = (language: StarterLanguage): string =>
  language === 'typescript' ? 'handlers.ts' : 'handlers.mjs';

export const SCHEDULES = `# yaml-language-server: $schema=../node_modules/carillon/schedules/schema.json
# When what runs. \`npx carillon schedules validate\` checks this file, \`npx carillon simulate\` shows what it starts.
version: 1

defaults:
  timezone: UTC

schedules:
  hello:
    description: Something to watch; take it out when you have seen it
    handler: hello
    payload: { name: world }
    every: 10s

  nightly-report:
    description: At four in the morning, every day
    handler: report.write
    cron: "0 4 * * *"
    timeout: 15m
    retry: { maxAttempts: 5, delay: 30s, maxDelay: 10m }
`;

/** Put in, so that nobody who looks for imports takes that of the module below for ours. */
const PACKAGE = `'carillon'`;

const JAVASCRIPT = `/** What runs: handler name → async (payload, context) => result. \`carillon dev\` and workers load this module. */

/** @type {import(${PACKAGE}).Handlers} */
export default {
  hello: async (payload) => \`hello, \${payload.name}\`,

  // A run of a schedule knows the instant it stands for. A handler that throws is tried again, as its \`retry\` says.
  'report.write': async (_payload, { schedule, signal, log }) => {
    log.info(\`the report of \${schedule?.nominalAt ?? 'now'}\`);
    // Aborted when the run is cancelled, takes longer than its timeout, or the worker stops.
    signal.throwIfAborted();
    return { written: schedule?.nominalAt ?? 'by hand' };
  },
};
`;

const TYPESCRIPT = `/** What runs: handler name → async (payload, context) => result. \`carillon dev\` and workers load this module. */

import type { TaskContext } from ${PACKAGE};

export default {
  hello: async (payload: { name: string }) => \`hello, \${payload.name}\`,

  // A run of a schedule knows the instant it stands for. A handler that throws is tried again, as its \`retry\` says.
  'report.write': async (_payload: unknown, { schedule, signal, log }: TaskContext) => {
    log.info(\`the report of \${schedule?.nominalAt ?? 'now'}\`);
    // Aborted when the run is cancelled, takes longer than its timeout, or the worker stops.
    signal.throwIfAborted();
    return { written: schedule?.nominalAt ?? 'by hand' };
  },
};
`;

export const handlersText = (language: StarterLanguage): string =>
  language === 'typescript' ? TYPESCRIPT : JAVASCRIPT;

/** `name`: its own, for the line that says how to use it. */
export const composeText = (
  name: string,
  module: string,
): string => `# Carillon on one machine: a Redis that keeps its data, a scheduler node with API and dashboard, a worker.
#   export CARILLON_API_KEY=$(openssl rand -hex 32)
#   docker compose${name === COMPOSE_NAMES[0] ? '' : ` -f ${name}`} up --build
# The dashboard is at http://127.0.0.1:4780/ and asks for that key.

x-carillon: &carillon
  build:
    context: .
    dockerfile_inline: |
      FROM node:24-slim
      ENV NODE_ENV=production
      WORKDIR /app
      COPY package*.json ./
      RUN npm ci --omit=dev --no-audit --no-fund
      # And whatever else your handlers import.
      COPY ${module} ./
      COPY schedules ./schedules
      USER node
      ENTRYPOINT ["node", "node_modules/carillon/dist/cli/main.js"]
  # Takes note of what handlers leave behind.
  init: true
  read_only: true
  tmpfs: [/tmp]
  cap_drop: [ALL]
  security_opt: [no-new-privileges:true]
  restart: unless-stopped
  depends_on:
    redis: { condition: service_healthy }

services:
  redis:
    image: redis:7
    command: [redis-server, --appendonly, "yes", --maxmemory-policy, noeviction, --save, ""]
    volumes: [redis:/data]
    healthcheck: { test: [CMD, redis-cli, ping], interval: 2s, timeout: 2s, retries: 30 }
    restart: unless-stopped

  node:
    <<: *carillon
    command: [start]
    environment:
      CARILLON_REDIS_URL: redis://redis:6379
      CARILLON_NAME: node
      CARILLON_HOST: 0.0.0.0
      CARILLON_API_KEY: \${CARILLON_API_KEY:?set it to a long random text}
    ports: ["127.0.0.1:4780:4780"]
    healthcheck:
      test: [CMD, node, node_modules/carillon/dist/cli/main.js, healthcheck]
      interval: 10s
      timeout: 6s
      start_period: 20s

  worker:
    <<: *carillon
    command: [worker, ${module}]
    environment:
      CARILLON_REDIS_URL: redis://redis:6379
    # Longer than a worker drains (25 s): what still runs then is handed back.
    stop_grace_period: 40s

volumes:
  redis:
`;
