/** The kit in a Spring Boot application, put there the way its documentation says. */
@NullMarked
package io.github.doorbuster.springboot;

import org.jspecify.annotations.NullMarked;
