/** The conformance suite against the in-memory model. */

import { describeStore } from './suite/describe-store.js';
import { makeModel } from './suite/subjects.js';

describeStore('the model', makeModel);
