/** A web application to test with. */
package io.github.doorbuster.httpstats.testapp;
