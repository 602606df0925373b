// The shop's page: what is live on it, what is bought, and what was looked at.
import { refresh, keepFresh } from './shelf.js';
import { openTill } from './till.js';
import { countViews } from './views.js';

openTill(refresh);
countViews(document.querySelectorAll('.item'));
keepFresh();
