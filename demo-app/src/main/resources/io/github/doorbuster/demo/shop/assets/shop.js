// The page of the shop: refreshes the catalog, buys items and counts views.
import { refresh, keepFresh } from './catalog.js';
import { handlePurchases } from './checkout.js';
import { countViews } from './views.js';

handlePurchases(refresh);
countViews(document.querySelectorAll('.item'));
keepFresh();
