/** The three parts in an application of Spring Boot. */
@NullMarked
package io.github.doorbuster.springboot;

import org.jspecify.annotations.NullMarked;
