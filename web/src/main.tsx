/** Starts the dashboard. */

import { render } from 'preact';
import './styles/index.css';
import { startKeys } from './core/keys.js';
import { startRouter } from './core/router.js';
import './core/settings.js';
import { App } from './shell/app.js';

startRouter();
startKeys();
const place = document.getElementById('app');
if (place) render(<App />, place);
