/** The kit in a Spring Boot application, as in the documentation. */
@NullMarked
package io.github.doorbuster.springboot;

import org.jspecify.annotations.NullMarked;
