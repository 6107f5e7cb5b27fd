namespace EdgeMeters.Field.FaceCheck;

/// <summary>Why a meter's display and its register differ.</summary>
public enum FaceFault
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>A power of ten: numerator and denominator, or the unit.</summary>
    Factor,

    /// <summary>The bytes or words of the number are taken in the wrong order.</summary>
    Order,

    /// <summary>The number is of another type: a float read as an integer, a BCD number read as binary.</summary>
    Type,

    /// <summary>The display shows another register of the meter.</summary>
    Neighbour,

    /// <summary>The ratio of current transformers is applied on one side only.</summary>
    Multiplier,
}
